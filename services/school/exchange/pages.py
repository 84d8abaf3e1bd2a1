"""Courses as files and rosters as tables, in and out."""

from fastapi import APIRouter

from services.school.exchange.course import pages as course
from services.school.exchange.imports.service import LARGEST_BODY
from services.school.exchange.roster import pages as roster

COURSE_IMPORT = course.HERE

router = APIRouter(prefix="/school")
router.include_router(course.router)
router.include_router(roster.router)

__all__ = ["COURSE_IMPORT", "LARGEST_BODY", "router"]
