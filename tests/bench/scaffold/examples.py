"""The worked examples of what people ask for that come to code, and services from specifications.

Examples 4 and 8 are reviews of code that is there: they generate nothing.
"""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "1 An endpoint to list todos, with pagination": {
        "name": "todo",
        "fields": ["title:string(max_length=120)", "done:boolean=false"],
        "operations": ["list"],
        "options": {"pagination": "offset"},
    },
    "2 Database connections with async and await": {
        "name": "product",
        "fields": ["name:string(max_length=80)", "price:decimal(ge=0,max_digits=10,decimal_places=2)"],
        "options": {"storage": "sqlalchemy", "database": "postgres"},
    },
    "3 Add JWT authentication to my API": {"pattern": "jwt_auth"},
    "5 Fetch from several external APIs in one endpoint": {
        "pattern": "external_apis",
        "options": {
            "apis": [
                {"name": "weather", "base_url": "https://weather.example.com/v1", "timeout": 3},
                "news",
                "traffic",
            ]
        },
    },
    "6 Send an e-mail after registration without blocking": {
        "name": "welcome mail",
        "pattern": "background_task",
        "fields": ["email:email", "name:string(min_length=1,max_length=80)"],
    },
    "7 A language model behind a gateway": {"pattern": "llm_gateway"},
    "9 Set up a project structure": {
        "name": "order",
        "fields": ["customer:uuid", "state:enum[open|paid|sent]=open", "total:decimal(ge=0)"],
        "options": {"storage": "sqlmodel", "auth": "jwt", "timestamps": True, "prefix": "/api/v1"},
    },
    "10 Analyse a profile through an agent workflow": {"pattern": "agent_workflow"},
    "11 Save a profile with the caller's token": {"pattern": "http_actions_store"},
    "12 An endpoint that fetches user data from a database": {
        "name": "user",
        "fields": ["email:email(unique)", "name:string(max_length=80)", "active:boolean=true"],
        "operations": ["list", "get"],
        "options": {"storage": "sqlmodel", "database": "postgres"},
    },
}

WHOLE = """
system_design:
  service_name: "user-api"
  async_patterns: ["circuit_breaker", "retry", "timeout"]
  external_dependencies:
    - {name: "postgres", connection_pool: true, async_driver: "asyncpg"}
    - {name: "redis", connection_pool: true, async_driver: "aioredis"}
    - {name: "billing", base_url: "https://billing.example.com/v1"}
    - {name: "litellm"}
    - {name: "convex"}
  middleware_stack: ["cors", "rate_limit", "auth", "logging"]
  health_checks: ["db", "cache", "external_apis"]
"""
SMALL = """
system_design:
  service_name: shop_front
  async_patterns: [bulkhead]
  external_dependencies: [stock]
  middleware_stack: [request_id, security_headers, gzip]
  health_checks: [external_apis]
"""
TYPES = """
from datetime import datetime
from typing import Any
from uuid import UUID
from pydantic import BaseModel, EmailStr, Field

class UserCreate(BaseModel):
    email: EmailStr
    name: str = Field(min_length=1, max_length=80, description="Full name")
    preferences: dict[str, Any] = Field(default_factory=dict)

class UserUpdate(BaseModel):
    name: str | None = None

class UserResponse(BaseModel):
    id: UUID
    email: EmailStr
    name: str
    preferences: dict[str, Any]
    created_at: datetime

class Address(BaseModel):
    street: str
    city: str | None = None
"""
SERVICES: list[dict[str, Any]] = [
    {"spec": WHOLE, "types": TYPES},
    {"spec": SMALL, "types": ""},
    {"spec": "system_design: {service_name: tiny}", "types": TYPES},
]
