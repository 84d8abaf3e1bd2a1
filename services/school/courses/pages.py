"""Courses as administrators keep them, and the players of their lessons."""

from fastapi import APIRouter

from services.school.courses.catalogue import pages as catalogue
from services.school.courses.materials import assignment_pages
from services.school.courses.materials import pages as lesson_pages
from services.school.courses.players import pages as players
from services.school.courses.programs import pages as programs
from services.school.courses.streams import pages as streams
from services.school.courses.tracks import pages as tracks

router = APIRouter(prefix="/school")
for noun in (catalogue, tracks, programs, lesson_pages, assignment_pages, streams, players):
    router.include_router(noun.router)
