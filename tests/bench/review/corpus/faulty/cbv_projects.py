"""Class-based views with a repository layer."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends, FastAPI, HTTPException, status
from fastapi_utils.cbv import cbv
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine("sqlite+aiosqlite:///projects.db")
sessions = async_sessionmaker(engine, class_=AsyncSession)
router = APIRouter(prefix="/v1/projects", tags=["projects"])


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Project(Base):
    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    secret_note: Mapped[str | None]
    created: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class ProjectIn(BaseModel):
    name: str


class ProjectOut(ProjectIn):
    model_config = ConfigDict(from_attributes=True)
    id: int


class ProjectRepository:
    """Rows of the projects table."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, project_id: int) -> Project | None:
        return await self._session.get(Project, project_id)

    async def named(self, name: str) -> Project | None:
        rows = await self._session.execute(text("SELECT * FROM projects WHERE name = '" + name + "'"))  # expect: SEC602
        return rows.first()

    async def all(self) -> list[Project]:
        return list(await self._session.scalars(select(Project)))

    async def add(self, project: Project) -> Project:
        self._session.add(project)
        self._session.commit()  # expect: ASY110
        return project


async def get_session():
    session = sessions()
    try:
        yield session
    finally:
        await session.close()


def get_repository(session: AsyncSession = Depends(get_session)) -> ProjectRepository:
    return ProjectRepository(session)


@cbv(router)
class ProjectViews:
    repository: ProjectRepository = Depends(get_repository)

    @router.get("/{project_id}")
    async def read(self, project_id: int):
        """One project."""
        project = await self.repository.get(project_id)
        if project is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "No such project")
        return project  # expect: RSP404

    @router.get("/", response_model=list[ProjectOut])
    async def everything(self):
        """All projects."""
        return await self.repository.all()  # expect: RSP415

    @router.get("/count")  # expect: RTE203
    async def count(self) -> int:
        """How many there are."""
        return len(await self.repository.all())

    @router.post("/", response_model=ProjectOut, status_code=201)
    async def create(self, body: ProjectIn):
        """Starts a project."""
        repository = ProjectRepository(sessions())  # expect: DIN504
        if await repository.named(body.name):
            return HTTPException(status.HTTP_409_CONFLICT, "Name is taken")  # expect: RSP408
        return await repository.add(Project(name=body.name))


app = FastAPI(title="Projects")
app.include_router(router)
