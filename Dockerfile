# A team's server. Byte-code is compiled while building: it halves the start.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/maestro && /opt/maestro/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY knowledge knowledge
COPY indexer indexer
COPY server server
RUN /opt/maestro/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /opt/maestro/bin/python -m compileall -q /opt/maestro/lib

FROM python:3.13-slim
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home maestro && install -d -o maestro /data
COPY --from=build /opt/maestro /opt/maestro
ENV PATH=/opt/maestro/bin:$PATH FASTAPI_MAESTRO_HOME=/data PYTHONDONTWRITEBYTECODE=1
USER maestro
WORKDIR /home/maestro
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen('http://localhost:8000/health', timeout=3)"
# FASTAPI_MAESTRO_TOKEN must be set: off loopback nobody gets in without it.
CMD ["fastapi-maestro", "serve", "--transport", "http", "--host", "0.0.0.0", "--port", "8000"]
