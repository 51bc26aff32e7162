"""Mistakes with the database that real SQLAlchemy refuses, each with the explanation it must get."""

import asyncio
import gc
import socket
import sqlite3
import warnings
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import pytest
from fastapi import FastAPI
from knowledge.diagnosis.provoke import explained, traceback_of, traceback_of_run
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, create_engine, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import QueuePool, StaticPool


class Base(DeclarativeBase): ...


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    heroes: Mapped[list["Hero"]] = relationship()


class Hero(Base):
    __tablename__ = "hero"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))


def run(work) -> str:
    """The traceback of `work` with an asynchronous engine whose tables are there."""

    async def main() -> None:
        engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
            await work(engine)
        finally:
            await engine.dispose()

    told = traceback_of_run(main)
    with warnings.catch_warnings(action="ignore"):
        gc.collect()  # the driver's coroutine that SQLAlchemy could not await
    return told


async def add_team(session: AsyncSession) -> Team:
    team = Team(name="North")
    session.add(team)
    await session.commit()
    return team


def test_an_expired_attribute_is_explained():
    async def work(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            team = await add_team(session)
            print(team.name)

    code = "sessions = async_sessionmaker(engine)\n"
    diagnosis = explained("missing-greenlet", run(work), code)
    assert "expire on commit" in diagnosis.causes[0].says
    assert diagnosis.causes[0].evidence[0].line == 1


def test_a_lazy_relationship_is_explained():
    async def work(engine: AsyncEngine) -> None:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            await add_team(session)
            session.expunge_all()
            team = (await session.scalars(select(Team))).one()
            print(team.heroes)

    code = "class Team(Base):\n    heroes: Mapped[list['Hero']] = relationship()\n"
    diagnosis = explained("missing-greenlet", run(work), code)
    assert "relationship" in diagnosis.causes[0].says


def test_a_lazy_relationship_in_an_answer_is_explained():
    class TeamOut(BaseModel):
        model_config = ConfigDict(from_attributes=True)
        name: str

    async def work(engine: AsyncEngine) -> None:
        import httpx

        app = FastAPI()

        @app.get("/team", response_model=TeamOut)
        async def read_team() -> Team:
            async with AsyncSession(engine) as session:
                team = await add_team(session)
                session.expire_all()
                TeamOut.model_validate(team)
                return team

        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await client.get("/team")

    explained("missing-greenlet", run(work))


def test_a_detached_object_is_explained():
    def load() -> None:
        engine = create_engine("sqlite://", poolclass=StaticPool)
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            team = Team(name="North")
            session.add(team)
            session.commit()
        engine.dispose()
        print(team.name)

    code = "def load():\n    with Session(engine) as session:\n        return session.get(Team, 1)\n"
    diagnosis = explained("detached-instance", traceback_of(load), code)
    assert diagnosis.causes[0].evidence[0].line == 2


def test_an_exhausted_pool_is_explained(tmp_path):
    engine = create_engine(
        f"sqlite:///{tmp_path / 'a.db'}", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.05
    )
    code = "def read():\n    session = SessionLocal()\n    return session.get(Team, 1)\n"
    with engine.connect():
        diagnosis = explained("connection-pool-exhausted", traceback_of(engine.connect), code)
    engine.dispose()
    assert "all 1 connections" in diagnosis.what.lower()
    assert "never closed" in diagnosis.causes[0].evidence[0].says


def test_a_session_in_several_tasks_is_explained(tmp_path):
    async def main() -> None:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'b.db'}")
        session = AsyncSession(engine)
        try:
            await asyncio.gather(session.connection(), session.connection())
        finally:
            await asyncio.sleep(0.05)
            await session.close()
            await engine.dispose()

    code = "async def read(session):\n    await asyncio.gather(session.execute(a), session.execute(b))\n"
    diagnosis = explained("session-used-concurrently", traceback_of_run(main), code)
    assert diagnosis.causes[0].evidence[0].line == 2


def test_a_busy_connection_of_asyncpg_is_explained():
    # asyncpg needs a PostgreSQL server; this is the text of its raise site, as SQLAlchemy passes it on
    explained(
        "session-used-concurrently",
        "sqlalchemy.exc.InterfaceError: (sqlalchemy.dialects.postgresql.asyncpg.InterfaceError) <class "
        "'asyncpg.exceptions._base.InterfaceError'>: cannot perform operation: another operation is in progress",
    )


def test_a_missing_table_is_explained():
    def read() -> None:
        with create_engine("sqlite://").connect() as connection:
            connection.execute(text("select * from hero"))

    code = 'engine = create_engine("sqlite://")\n'
    diagnosis = explained("table-missing", traceback_of(read), code)
    assert "`hero`" in diagnosis.what
    assert "in-memory" in diagnosis.causes[0].says


def test_a_connection_in_another_thread_is_explained():
    connection = sqlite3.connect(":memory:")
    with ThreadPoolExecutor(1) as pool:
        explained(
            "sqlite-across-threads",
            traceback_of(lambda: pool.submit(connection.execute, "select 1").result()),
        )
    connection.close()


def test_a_locked_database_is_explained(tmp_path):
    first = sqlite3.connect(tmp_path / "c.db", timeout=0.05)
    second = sqlite3.connect(tmp_path / "c.db", timeout=0.05)
    first.execute("begin immediate")
    explained("database-locked", traceback_of(lambda: second.execute("begin immediate")))
    first.close()
    second.close()


def test_a_driver_that_is_not_asynchronous_is_explained():
    code = 'engine = create_async_engine("sqlite:///shop.db")\n'
    diagnosis = explained(
        "driver-not-asynchronous", traceback_of(lambda: create_async_engine("sqlite://")), code
    )
    assert "`create_async_engine` gets `sqlite://`" in diagnosis.causes[0].evidence[0].says
    explained("driver-not-asynchronous", traceback_of(lambda: create_engine("postgres://localhost/shop")))


def test_a_driver_that_is_not_there_is_explained():
    if find_spec("asyncpg") is None:
        explained(
            "driver-not-installed", traceback_of(lambda: create_async_engine("postgresql+asyncpg://a/b"))
        )
    explained("driver-not-installed", "ModuleNotFoundError: No module named 'psycopg2'")


def test_a_plain_string_is_explained():
    async def work(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            await session.execute("select 1")

    code = 'async def read(session):\n    await session.execute("select 1")\n'
    assert explained("statement-as-string", run(work), code).causes[0].evidence[0].line == 2


def test_a_query_on_an_async_session_is_explained():
    code = "def read(session: AsyncSession):\n    return session.query(Hero).all()\n"
    diagnosis = explained(
        "async-session-has-no-query", traceback_of(lambda: AsyncSession().query(Hero)), code
    )
    assert diagnosis.causes[0].evidence[0].line == 2


def test_a_transaction_that_failed_before_is_explained():
    async def work(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            session.add_all([Team(name="a"), Team(name="a")])
            with pytest.raises(Exception, match="UNIQUE"):
                await session.flush()
            await session.scalars(select(Team))

    explained("transaction-rolled-back", run(work))


def test_a_refused_row_is_explained():
    async def work(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            session.add_all([Team(name="a"), Team(name="a")])
            await session.commit()

    assert "team.name" in explained("constraint-violated", run(work)).what


def test_models_that_do_not_fit_are_explained():
    def locate() -> None:
        class Models(DeclarativeBase): ...

        class Order(Models):
            __tablename__ = "order"
            id: Mapped[int] = mapped_column(primary_key=True)
            buyer: Mapped["Buyer"] = relationship()  # noqa: F821

        Order()

    def twice() -> None:
        class Other(Base):
            __tablename__ = "team"
            id: Mapped[int] = mapped_column(primary_key=True)

    def bare() -> None:
        type("Bare", (Base,), {"__tablename__": "bare", "id": mapped_column(primary_key=True)})

    explained("mapping-not-built", traceback_of(locate))
    explained("mapping-not-built", traceback_of(twice))
    assert "Mapped" in explained("mapping-not-built", traceback_of(bare)).causes[0].says


def test_an_object_in_two_sessions_is_explained():
    team = Team(name="North")
    first, second = Session(create_engine("sqlite://")), Session(create_engine("sqlite://"))
    first.add(team)
    explained("object-in-two-sessions", traceback_of(lambda: second.add(team)))


def test_a_database_that_is_not_there_is_explained(tmp_path):
    async def connect() -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        await asyncio.open_connection("127.0.0.1", port)  # what asyncpg does first

    explained("database-not-reachable", traceback_of_run(connect))
    missing = create_engine(f"sqlite:///{tmp_path / 'none' / 'shop.db'}")
    diagnosis = explained("database-not-reachable", traceback_of(missing.connect))
    assert "folder" in diagnosis.causes[0].says


def test_a_transaction_in_a_transaction_is_explained():
    async def work(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            await session.scalars(select(Team))
            async with session.begin():
                pass

    explained("transaction-already-begun", run(work))


def test_a_number_of_rows_that_was_not_expected_is_explained():
    async def none(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            (await session.scalars(select(Team))).one()

    async def several(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            session.add_all([Team(name="a"), Team(name="b")])
            (await session.scalars(select(Team))).one()

    async def closed(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            (await session.execute(text("update team set name = 'c'"))).all()

    assert "404" in explained("rows-not-as-expected", run(none)).causes[0].says
    assert "unique" in explained("rows-not-as-expected", run(several)).causes[0].says
    explained("rows-not-as-expected", run(closed))


def test_a_prepared_statement_behind_a_pooler_is_explained():
    # needs PostgreSQL behind PgBouncer; this is the server's text as asyncpg passes it on
    explained(
        "prepared-statement-lost",
        'asyncpg.exceptions.DuplicatePreparedStatementError: prepared statement "__asyncpg_stmt_1__" already exists\n'
        'HINT:  pgbouncer with pool_mode set to "transaction" or "statement" does not support prepared statements',
    )
