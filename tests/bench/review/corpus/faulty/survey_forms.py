"""Surveys, pydantic v1 style left over in a v2 project."""

import json
from typing import Any, Dict, List, Optional

from fastapi import APIRouter, Body, Depends, FastAPI, File, Form, HTTPException, Path, Query, UploadFile
from fastapi.responses import UJSONResponse
from pydantic import BaseModel, EmailStr, Field, validator
from starlette.templating import Jinja2Templates

templates = Jinja2Templates("templates")
surveys = APIRouter(prefix="/surveys", tags=["surveys"])
STORE: Dict[int, "Survey"] = {}


class Question(BaseModel):
    text: str
    kind: str = Field("text", const=True)  # expect: UPG610
    choices: List[str] = Field([], min_items=0, unique_items=True)  # expect: UPG610


class Survey(BaseModel):
    id: int
    title: str
    owner: Optional[EmailStr]  # expect: VAL303
    questions: List[Question]

    @validator("questions", pre=True, each_item=False)  # expect: UPG606
    def from_text(cls, value):
        return json.loads(value) if isinstance(value, str) else value

    class Config:  # expect: UPG607
        allow_population_by_field_name = True
        schema_extra = {"example": {"id": 1}}


class Filter(BaseModel):
    words: Optional[str] = None
    size: int = 20


@surveys.get("/find")
def find(criteria: Filter = Body(None)):
    """Finds surveys."""
    return [survey for survey in STORE.values() if not criteria or criteria.words in survey.title][:20]


@surveys.get("/{survey_id}", response_class=UJSONResponse)  # expect: UPG614
def read(survey_id: int = Path(...), fields: List[str] = None):  # expect: RTE214
    """One survey."""
    if survey_id not in STORE:
        raise HTTPException(404, "No such survey")
    return STORE[survey_id].dict(include=set(fields) if fields else None)  # expect: UPG605


@surveys.get("/{survey_id}/results")
def results(survey_id: int, page: int = 0, size: int = Query(50, regex="[0-9]+")):  # expect: VAL304, UPG603
    """Answers by page."""
    return {"survey": survey_id, "from": page * size}


@surveys.post("/{survey_id}/answers", status_code=201)
def answer(survey_id: int, answers: Survey, consent: bool = Form(...), proof: UploadFile = File(None)):  # expect: RTE216
    """Takes answers."""
    return {"survey": survey_id, "consent": consent, "size": len(answers.questions)}


@surveys.post("/import", status_code=201)
def import_survey(raw: str = Body(..., media_type="text/plain"), owner=None):  # expect: VAL306
    """Takes a survey over."""
    survey = Survey.parse_raw(raw)  # expect: UPG605
    STORE[survey.id] = survey  # expect: DIN512
    return survey.json()  # expect: UPG605, RSP414


@surveys.get("/{survey_id}/page/{part}")  # expect: RTE201
def page(survey_id: int, lang: str = "en"):
    """A page of the survey."""
    return {"survey": survey_id, "lang": lang}


@surveys.get("/{survey_id}/schema")
def schema(survey_id: int, number: int = Path(..., ge=1)) -> Dict[str, Any]:  # expect: RTE202
    """The schema."""
    return Survey.schema()  # expect: UPG605


app = FastAPI(title="Surveys", version="1.0")
app.include_router(surveys, prefix="/v1")
app.add_event_handler("startup", lambda: None)  # expect: UPG601
app.add_route("/v1/legacy", lambda request: UJSONResponse({}))  # expect: RTE208
