"""What the OpenAPI document shows of a path operation."""

from maestro_knowledge.project.application import Operation, Route
from maestro_knowledge.review.view import View


def shown_routes(view: View, operation: Operation) -> list[Route]:
    """The routes of the operation that stand in the document."""
    if operation.kind != "http" or not operation.in_schema:
        return []
    routes = [route for route in view.routes(operation.function) if route.operation is operation]
    return [route for route in routes if route.in_schema]


def name_of(operation: Operation) -> str:
    """The operation as people call it."""
    return f"{'/'.join(operation.methods)} {operation.path or '/'}"
