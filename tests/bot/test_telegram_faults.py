"""Each fault of Telegram a few times; `python -m tests.bot.telegram_faults 200` is the long run."""

import pytest

from tests.bot.telegram_faults import SCENARIOS, meet


@pytest.mark.parametrize("name", SCENARIOS)
async def test_telegrams_limits_are_kept_whatever_it_answers(name: str, database_url: str) -> None:
    await meet(name, 2, database_url)
