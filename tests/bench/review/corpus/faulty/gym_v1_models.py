"""A gym that came from Pydantic 1."""

from typing import Any, Dict, List, Optional

from fastapi import APIRouter, Body, Depends, FastAPI, Query, Request
from fastapi.responses import ORJSONResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, BaseSettings, Field, root_validator, validator  # expect: UPG608

templates = Jinja2Templates(directory="templates")
router = APIRouter(prefix="/v1/gym", tags=["gym"])


class Config(BaseSettings):
    name: str = "gym"


class Course(BaseModel):
    """A course."""

    title: str = Field(..., min_length=2, regex="^[A-Z]", description="Title")  # expect: UPG610
    days: List[str] = Field(default=[], max_items=7, description="Days")  # expect: UPG610
    trainer: Optional[str]  # expect: VAL303
    price: float = Field(0, description="Price")

    class Config:  # expect: UPG607
        orm_mode = True
        allow_population_by_field_name = True

    @validator("title")  # expect: UPG606
    def shout(cls, value: str) -> str:
        return value.title()

    @root_validator(pre=True)  # expect: UPG606
    def fill(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        values.setdefault("price", 10)
        return values


class Plan(BaseModel):
    """A plan."""

    courses: List[Course] = Field(description="Courses")


def page(skip: int = 0, limit: int = Query(100, ge=1, le=500)) -> tuple[int, int]:  # expect: VAL304
    return skip, limit


@router.post("/courses", response_model=Course, status_code=201)
def create(course: Course) -> Any:
    """Creates a course."""
    data = course.dict(exclude_unset=True)  # expect: UPG605
    copy = course.copy(update={"price": 12})  # expect: UPG605
    return {**data, "price": copy.price}


@router.get("/courses", response_class=ORJSONResponse)  # expect: UPG614
def courses(bounds: tuple = Depends(page), name: str = Query("", regex="^[a-z]*$")) -> list[Course]:  # expect: UPG603
    """Courses."""
    return [Course.parse_obj({"title": "Yoga", "trainer": None})][bounds[0] : bounds[1]]  # expect: UPG605


@router.put("/plan")
def plan(raw: dict = Body(...)) -> Plan:  # expect: VAL301
    """Replaces the plan."""
    return Plan(courses=raw["courses"])


@router.get("/page")
def show(request: Request):
    """The page."""
    return templates.TemplateResponse("gym.html", {"request": request, "name": "gym"})  # expect: UPG616


@router.get("/summary")
def summary(short, depth: int = 1) -> str:  # expect: VAL306
    """A summary."""
    plan = Plan(courses=[])
    return plan.json()  # expect: UPG605, RSP414


app = FastAPI()
app.include_router(router)
