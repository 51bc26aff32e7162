"""Cross-origin refusals. Starlette's answers are provoked; no browser runs here, so theirs are their documented texts."""

import pytest
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from knowledge.diagnosis.provoke import explained, response_to

PAGE = "Access to fetch at 'http://localhost:8000/items' from origin 'http://localhost:5173' has been blocked by CORS policy: "

APP = """
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:5173/"])
app.add_middleware(LoginMiddleware)
"""


@pytest.mark.parametrize(
    "text",
    [
        PAGE + "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        (
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
            "http://localhost:8000/items. (Reason: CORS header \u2018Access-Control-Allow-Origin\u2019 missing). Status code: 200."
        ),
        "Origin http://localhost:5173 is not allowed by Access-Control-Allow-Origin. Status code: 200",
    ],
)
def test_a_missing_header_is_explained(text):
    diagnosis = explained("cors-header-missing", text, "app = FastAPI()\n")
    assert "no CORS middleware" in diagnosis.causes[0].says
    assert diagnosis.confidence == "high"


def test_what_speaks_against_the_configuration_is_seen():
    text = PAGE + "No 'Access-Control-Allow-Origin' header is present on the requested resource."
    diagnosis = explained("cors-header-missing", text, APP)
    said = {item.says for cause in diagnosis.causes for item in cause.evidence}
    assert "`http://localhost:5173/` can never equal an `Origin` header" in said
    assert "`app.add_middleware(LoginMiddleware)` stands in front of CORS" in said


@pytest.mark.parametrize(
    ("origin", "method", "headers"),
    [
        ("https://evil.example.com", "GET", ""),
        ("https://shop.example.com", "PATCH", ""),
        ("https://shop.example.com", "GET", "Authorization"),
    ],
)
def test_a_refused_preflight_is_explained(origin, method, headers):
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example.com"])
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    explained("cors-preflight-refused", response_to(app, "OPTIONS", "/items", headers=asked))


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("cors-preflight-refused", PAGE + "Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response."),
        ("cors-preflight-refused", PAGE + "Method PATCH is not allowed by Access-Control-Allow-Methods in preflight response."),
        ("cors-preflight-refused", PAGE + "Response to preflight request doesn't pass access control check: It does not have HTTP ok status."),
        ("cors-preflight-redirected", PAGE + "Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request."),
        ("cors-credentials", PAGE + "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'."),
        ("cors-header-doubled", PAGE + "The 'Access-Control-Allow-Origin' header contains multiple values '*, http://localhost:5173', but only one is allowed."),
        ("cors-header-doubled", PAGE + "The 'Access-Control-Allow-Origin' header has a value 'http://localhost:3000' that is not equal to the supplied origin."),
        ("mixed-content", "Mixed Content: The page at 'https://shop.example.com/' was loaded over HTTPS, but requested an insecure resource 'http://api.example.com/items/'. This request has been blocked."),
    ],
)  # fmt: skip
def test_what_browsers_say_is_explained(family, text):
    explained(family, text)


def test_any_origin_with_credentials_is_seen_in_the_code():
    text = PAGE + "must not be the wildcard '*' when the request's credentials mode is 'include'."
    code = 'app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)\n'
    diagnosis = explained("cors-credentials", text, code)
    assert diagnosis.causes[0].evidence[0].says == "any origin is allowed together with credentials"


def test_limits_of_the_middleware_are_seen_in_the_code():
    text = PAGE + "Method PATCH is not allowed by Access-Control-Allow-Methods in preflight response."
    code = 'app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example.com"])\n'
    diagnosis = explained("cors-preflight-refused", text, code)
    assert "`CORSMiddleware` gets no `allow_methods`" in {item.says for item in diagnosis.causes[0].evidence}
