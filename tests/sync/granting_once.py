"""A process that grants what is due and ends: `python -m tests.sync.granting_once DATABASE URL`."""

import asyncio
import os
import sys

import httpx
from prometheus_client import CollectorRegistry, Counter
from pydantic import SecretStr

from services.sync.boomstream.addresses import Addresses
from services.sync.boomstream.client import Boomstream
from services.sync.boomstream.granting import Granter
from services.sync.emails import Emails
from shared.clock import Clock
from shared.db import Database
from shared.secret import KeyRing


def no_emails(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"emails": {}})


async def main(database_url: str, url: str) -> None:
    """Grant, once."""
    database = Database(database_url, "sync")
    await database.open()
    auth = httpx.AsyncClient(transport=httpx.MockTransport(no_emails), base_url="http://auth.test")
    client = Boomstream(
        url,
        SecretStr(os.environ["BOOMSTREAM_API_KEY"]),
        asked=Counter("asked", "Asked", ["method", "answer"], registry=CollectorRegistry()),
        transport=httpx.AsyncHTTPTransport(verify=False),
    )
    granter = Granter(
        database,
        client,
        KeyRing.parse(os.environ["DATA_KEYS"]),
        Addresses(Emails(auth), "https://school.example"),
        subscription=os.environ["BOOMSTREAM_SUBSCRIPTION"],
    )
    await granter.grant_some(database, Clock())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
