from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

SessionLocal = sessionmaker(create_engine("sqlite:///kiosk.db"))


class Base(DeclarativeBase):
    pass


class Snack(Base):
    __tablename__ = "snacks"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    supplier_price: Mapped[int]


def get_db():
    db = SessionLocal()
    try:
        yield db
    except Exception:  # expect: DIN507
        db.rollback()
    finally:
        db.close()
