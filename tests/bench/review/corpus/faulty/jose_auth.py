"""Token endpoints, python-jose flavour."""

from datetime import datetime, timedelta, timezone

from fastapi import APIRouter, Depends, FastAPI, HTTPException, status
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from jose import JWTError, jwt
from passlib.context import CryptContext
from pydantic import BaseModel

SECRET_KEY = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7"  # expect: SEC601
ALGORITHM = "HS256"
ACCESS_TOKEN_EXPIRE_MINUTES = 30

pwd_context = CryptContext(schemes=["bcrypt"], deprecated="auto")
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="auth/token")
router = APIRouter(prefix="/auth", tags=["auth"])


class Token(BaseModel):
    access_token: str
    token_type: str


class User(BaseModel):
    username: str
    email: str | None = None
    disabled: bool = False


class UserInDB(User):
    hashed_password: str


USERS: dict[str, UserInDB] = {}


def verify_password(plain: str, hashed: str) -> bool:
    return pwd_context.verify(plain, hashed)


def create_access_token(data: dict, expires_delta: timedelta | None = None) -> str:
    to_encode = data.copy()
    to_encode["iat"] = datetime.now(timezone.utc)
    return jwt.encode(to_encode, SECRET_KEY, algorithm=ALGORITHM)  # expect: AUT703


async def current_user(token: str = Depends(oauth2_scheme)) -> User:
    try:
        claims = jwt.decode(token, SECRET_KEY, algorithms=[ALGORITHM], options={"verify_signature": False})  # expect: AUT701
    except JWTError:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Invalid token", {"WWW-Authenticate": "Bearer"})
    user = USERS.get(claims.get("sub", ""))
    if user is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Invalid token", {"WWW-Authenticate": "Bearer"})
    return user


@router.post("/token")
async def login(form: OAuth2PasswordRequestForm = Depends()) -> Token:
    """Exchanges a password for a token."""
    user = USERS.get(form.username)
    if not user or not verify_password(form.password, user.hashed_password):  # expect: ASY106
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Incorrect username or password")
    token = create_access_token({"sub": user.username}, timedelta(minutes=ACCESS_TOKEN_EXPIRE_MINUTES))
    return Token(access_token=token, token_type="bearer")


@router.get("/me", response_model=UserInDB)  # expect: RSP405
async def me(user: User = Depends(current_user)):
    """Who I am."""
    return user


@router.get("/introspect")
async def introspect(token: str) -> dict[str, str]:  # expect: SEC615
    """Claims of a token, for the gateway."""
    claims = jwt.get_unverified_claims(token)  # expect: AUT701
    return {"sub": claims["sub"], "tenant": claims["tenant"]}


app = FastAPI(title="Identity")
app.include_router(router)
