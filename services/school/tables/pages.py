"""What curators and administrators look through."""

from fastapi import APIRouter

from services.school.tables.activity import pages as activity
from services.school.tables.progress import pages as progress
from services.school.tables.review import pages as review

router = APIRouter(prefix="/school")
for part in (review, progress, activity):
    router.include_router(part.router)
