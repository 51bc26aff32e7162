# Patient portal backend
from fastapi import FastAPI, Depends, HTTPException, status, Body, Request, Response
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import Session
from sqlalchemy import create_engine, Column, Integer, String, Boolean, text
from sqlalchemy.orm import declarative_base, sessionmaker
from pydantic import BaseModel
from datetime import datetime, timedelta
import hashlib
import jwt
import logging
import os

Base = declarative_base()
engine = create_engine(os.getenv("DATABASE_URL", "sqlite:///./clinic.db"))
SessionLocal = sessionmaker(autocommit=False, autoflush=False, bind=engine)
SECRET = os.getenv("JWT_SECRET", "clinic-portal-jwt-2023")  # expect: SEC601
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="login")
logger = logging.getLogger("clinic")


class Patient(Base):
    __tablename__ = "patients"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    email = Column(String, unique=True)
    hashed_password = Column(String)
    is_staff = Column(Boolean, default=False)


class PatientCreate(BaseModel):
    name: str
    email: str
    password: str


class Appointment(BaseModel):
    patient_id: int
    when: datetime


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


def hash_password(password: str):
    return hashlib.sha1(password.encode("utf-8")).hexdigest()  # expect: SEC610


def get_current_patient(token: str = Depends(oauth2_scheme), db: Session = Depends(get_db)):
    try:
        payload = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_exp": True})
    except jwt.PyJWTError:
        raise HTTPException(status_code=401, detail="Could not validate credentials")
    patient = db.query(Patient).filter(Patient.email == payload.get("sub")).first()
    if patient is None:
        raise HTTPException(status_code=401, detail="Could not validate credentials")
    return patient


app = FastAPI()


@app.post("/register")  # expect: RSP412
def register(data: PatientCreate, db: Session = Depends(get_db)):
    patient = Patient(name=data.name, email=data.email, hashed_password=hash_password(data.password))
    db.add(patient)
    db.commit()
    db.refresh(patient)
    logger.info("Registered %s with password %s", data.email, data.password)  # expect: SEC616
    return patient  # expect: RSP404


@app.post("/login")
async def login(email: str = Body(...), password: str = Body(...), db: Session = Depends(get_db)):
    patient = db.query(Patient).filter(Patient.email == email).first()  # expect: ASY105
    if not patient or patient.hashed_password != hash_password(password):
        raise HTTPException(status_code=401, detail="Incorrect email or password")
    token = jwt.encode({"sub": patient.email, "iat": datetime.utcnow()}, SECRET, algorithm="HS256")  # expect: AUT703
    return {"access_token": token, "token_type": "bearer"}


@app.get("/patients")
def list_patients(db: Session = Depends(get_db), patient=Depends(get_current_patient)):
    return db.query(Patient).all()  # expect: RSP404, RSP415


@app.get("/patients/search")
def search(name: str, db: Session = Depends(get_db)):
    sql = "SELECT id, name FROM patients WHERE name LIKE '%{}%'".format(name)
    return [dict(r._mapping) for r in db.execute(text(sql))]  # expect: SEC602


@app.get("/patients/{patient_id}")
def get_patient(patient_id: int, db: Session = Depends(get_db)):
    patient = db.query(Patient).get(patient_id)
    if not patient:
        return {"error": "Patient not found"}, 404  # expect: RSP409
    return patient  # expect: RSP404


@app.get("/patients/me")  # expect: RTE203
def me(patient: Patient = Depends(get_current_patient)):
    return {"id": patient.id, "name": patient.name}


@app.put("/patients/{patient_id}")
async def update_patient(patient_id: int, request: Request, db: Session = Depends(get_db)):
    data = await request.json()  # expect: VAL302
    patient = db.query(Patient).filter_by(id=patient_id).one_or_none()  # expect: ASY105
    for k, v in data.items():  # expect: VAL305
        setattr(patient, k, v)
    db.commit()  # expect: ASY105
    return {"ok": True}


@app.delete("/patients/{patient_id}", status_code=204)
def delete_patient(patient_id: int, db: Session = Depends(get_db)):
    try:
        db.query(Patient).filter(Patient.id == patient_id).delete()
        db.commit()
    except Exception as e:
        raise HTTPException(status_code=500, detail=f"Delete failed: {e}")  # expect: SEC617
