"""Ported from Flask over a weekend."""

from datetime import date
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel

app = FastAPI(debug=True)  # expect: SEC614
POSTS: dict[int, dict[str, Any]] = {1: {"title": "Hello", "body": "First", "day": date(2024, 1, 1)}}


class Post(BaseModel):
    title: str
    body: str


@app.get("/posts/{post_id}")
def get_post(post_id: int):
    """One post."""
    post = POSTS.get(post_id)
    if post is None:
        return {"error": "not found"}, 404  # expect: RSP409
    return post


@app.delete("/posts/{post_id}")
def delete_post(post_id: int):
    """Removes a post."""
    if post_id not in POSTS:
        return HTTPException(status_code=404, detail="No such post")  # expect: RSP408
    del POSTS[post_id]  # expect: DIN512
    return {"deleted": post_id}


@app.post("/posts")
async def create_post(request: Request):
    """Writes a post."""
    data = await request.json()  # expect: VAL302
    if "title" not in data:
        return JSONResponse({"error": "title missing"}, status_code=400)
    number = max(POSTS) + 1
    POSTS[number] = {"title": data["title"], "body": data.get("body", ""), "day": date.today()}  # expect: DIN512
    return {"id": number}


@app.get("/posts")
def filter_posts(ids: list[int], author: str | None = None):  # expect: RTE214
    """Several posts."""
    return [POSTS[number] for number in ids if number in POSTS]


@app.get("/hello/{name}", response_class=HTMLResponse)
def hello(name: str):
    """A greeting."""
    return f"<h1>Hello {name}!</h1>"  # expect: SEC608


@app.get("/go")
def go(next: str = "/"):
    """Sends the reader on."""
    return RedirectResponse(next)  # expect: SEC607


@app.route("/ping")  # expect: RTE208
def ping(request: Request):
    return JSONResponse({"pong": True})


@app.put("/posts/{post_id}")
def replace_post(post_id: int, post: Post):
    """Replaces a post."""
    if post_id not in POSTS:
        raise Exception("post does not exist")  # expect: ERR303
    POSTS[post_id].update(post.model_dump())  # expect: DIN512
    return POSTS[post_id]


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=5000, reload=True)  # expect: CFG503
