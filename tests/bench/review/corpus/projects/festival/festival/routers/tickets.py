"""Tickets, in a class that registers its own methods."""

from fastapi import APIRouter, UploadFile

from festival.schemas import Ticket


class Tickets:
    def __init__(self) -> None:
        self.router = APIRouter()
        self.router.add_api_route("", self.buy, methods=["POST"])
        self.router.add_api_route("/find", self.find, methods=["GET"])
        self.router.add_api_route("/{number}/photo", self.photo, methods=["PUT"])

    def buy(self, ticket: Ticket) -> Ticket:
        return ticket

    def find(self, ticket: Ticket, days: set[str]) -> list[str]:  # expect: RTE214, RTE215
        return [ticket.day, *days]

    async def photo(self, number: int, ticket: Ticket, file: UploadFile) -> str:  # expect: RTE216
        return f"{number} {ticket.day} {file.filename}"


router = Tickets().router
