"""All pages of administrators in sync."""

from fastapi import APIRouter

from services.sync.operating.boomstream import pages as boomstream
from services.sync.operating.people import pages as people
from services.sync.operating.resources import pages as resources
from services.sync.operating.stepik import pages as stepik

router = APIRouter(prefix="/sync", include_in_schema=False)
for part in (stepik, boomstream, resources, people):
    router.include_router(part.router)
