"""Routes about wines."""

from fastapi import APIRouter, BackgroundTasks, HTTPException

from .. import models, services
from .deps import KeyDep, SessionDep, WinesDep

router = APIRouter()


@router.get("/")
async def everything(wines: WinesDep):
    """All wines."""
    return wines.everything()  # expect: ASY106, RSP404, RSP415


@router.get("/{wine_id}")
def read(wine_id: int, session: SessionDep) -> dict[str, str]:
    """A wine."""
    service = services.WineService(session)  # expect: DIN504
    names = service.named(str(wine_id))
    return {"name": names[0] if names else ""}


@router.get("/cheapest")  # expect: RTE203
def cheapest(wines: WinesDep) -> list[str]:
    """The cheapest wine."""
    return wines.named("cheapest")


@router.post("/", status_code=201)
async def create(wine: models.WineIn, tasks: BackgroundTasks, key: KeyDep) -> models.WineIn:  # expect: AUT704
    """Creates a wine."""
    services.announce(wine.name)  # expect: ASY106
    tasks.add_task(services.announce, wine.name)
    return wine


@router.patch("/{wine_id}")
def change(wine_id: int, body: models.WineChange, wines: WinesDep) -> dict[str, bool]:
    """Changes a wine."""
    if not wines.change(wine_id, body.model_dump()):  # expect: RSP416
        raise HTTPException(404)
    return {"ok": True}


@router.get("/{wine_id}/weather")
async def wine_weather(wine_id: int, place: str) -> dict[str, float]:
    """The weather where it grows."""
    found = services.weather(place)  # expect: ASY110
    return {"degrees": found["degrees"]}
