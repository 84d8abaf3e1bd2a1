"""school, wired."""

from fastapi import FastAPI

from services.school.courses import pages as courses
from services.school.errors import SchoolError
from services.school.exchange import pages as exchange
from services.school.groups import pages as groups
from services.school.profiles import pages as profiles
from services.school.refusals import answer_refusal
from services.school.service import FOLDER, SchoolService
from services.school.settings import SchoolSettings
from services.school.subjects import endpoints as subjects
from services.school.submissions import endpoints as works
from services.school.submissions import pages as submissions
from services.school.tables import pages as tables
from services.school.weeks import pages as weeks
from shared.clock import Clock
from shared.pages import Pages
from shared.service import Transports
from shared.texts import Catalogue
from shared.web import create_service_app


def create_app(
    settings: SchoolSettings,
    *,
    clock: Clock | None = None,
    transports: Transports | None = None,
) -> FastAPI:
    """The only place where school is wired; `app.state.service` is the whole."""
    app = create_service_app(
        SchoolService(settings, clock=clock, transports=transports),
        pages=Pages(FOLDER, Catalogue(FOLDER / "locale")),
        routers=[
            submissions.router,
            works.router,
            subjects.router,
            weeks.router,
            profiles.router,
            tables.router,
            groups.router,
            # Before courses: /school/courses/import is a page, not a course.
            exchange.router,
            courses.router,
        ],
        max_body={exchange.COURSE_IMPORT: exchange.LARGEST_BODY},
    )
    app.add_exception_handler(SchoolError, answer_refusal)
    return app
