"""What uploads need."""

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.names import split_words
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.plurals import pluralize
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of uploads: POST a file, GET it back, DELETE it."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    refusals.raise_any()
    words = request.names.said or request.names.singular
    plural = (
        split_words(request.options.plural) if request.options.plural else (*words[:-1], pluralize(words[-1]))
    )
    return Plan(
        context={**base, "path": f"{base['prefix']}/{'-'.join(plural)}"},
        wiring=route_by(setting.layout, request.names),
        choices=(
            Choice(
                f"{base['env_prefix']}FOLDER",
                "Where are files kept?",
                "a folder of this machine",
                "nothing was said; the routes know a protocol only",
                ("an object store behind the same protocol",),
            ),
            Choice(
                "MAX_BYTES and KINDS",
                "What may be sent?",
                "PNG, JPEG and PDF up to 10 MB",
                "content is believed, names and types of the client are not",
                ("edit the two constants",),
            ),
        ),
        environment={f"{base['env_prefix']}FOLDER": "./uploads"},
        packages=("multipart",),
    )
