"""What the forms of courses send: texts as they were entered; `entries.py` reads them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

Line = Annotated[str, Field(max_length=2000)]
Text = Annotated[str, Field(max_length=200_000)]


class CourseForm(BaseModel):
    """A course."""

    name: Line = ""
    slug: Line = ""
    description: Text = ""
    chat_url: Line = ""


class TrackForm(BaseModel):
    """A track."""

    name: Line = ""
    description: Text = ""


class ProgramForm(BaseModel):
    """A program."""

    name: Line = ""


class WeekForm(BaseModel):
    """A week."""

    number: Line = ""
    title: Line = ""
    description: Text = ""


class LessonForm(BaseModel):
    """A lesson."""

    name: Line = ""
    track_id: Line = ""
    content: Text = ""
    video_url: Line = ""
    slides_url: Line = ""
    repository_url: Line = ""
    link_url: Line = ""


class AssignmentForm(BaseModel):
    """An assignment."""

    name: Line = ""
    track_id: Line = ""
    content: Text = ""
    repository_url: Line = ""
    policy: Line = ""
    due_day: Line = ""


class StreamForm(BaseModel):
    """A stream."""

    number: Line = ""
    start_on: Line = ""
    finish_on: Line = ""
    zone: Line = ""
    program_id: Line = ""
    chat_url: Line = ""


class MoveForm(BaseModel):
    """A step in a list."""

    direction: Literal["up", "down"]
