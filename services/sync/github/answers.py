"""What GitHub answers when it is asked: only what is read here, as GitHub spells it."""

from pydantic import BaseModel

from services.sync.github.payloads import Account, Id, Moment, Number, Pull, Repository, Text


class Base(BaseModel):
    """Where a pull request would be merged: its repository is the pull request's own."""

    repo: Repository


class AnsweredPull(Pull):
    """A pull request, asked for by itself."""

    base: Base


class ListedPull(BaseModel):
    """A pull request in a list."""

    number: Number
    html_url: Text
    title: Text
    updated_at: Moment


class OwnRepository(BaseModel):
    """A repository in somebody's list."""

    id: Id
    full_name: Text
    html_url: Text
    owner: Account


class HookConfig(BaseModel):
    """Where a webhook is sent."""

    url: Text | None = None


class Hook(BaseModel):
    """A webhook of a repository or an organisation."""

    id: Id
    active: bool
    config: HookConfig


class HookDelivery(BaseModel):
    """One attempt to deliver. `guid` is the same in each attempt, and is what reaches us."""

    id: Id
    guid: Text
    delivered_at: Moment
    status_code: int
    event: Text
