"""Voices, photos and other files: sent, sent again, fetched, played, forgotten."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.types import BufferedInputFile

from sandbox.school import PEOPLE
from sandbox.telegram import arguments as reading
from sandbox.telegram import files, media
from tests.sandbox.making import OGG, jpeg, mp3, png
from tests.sandbox.serving import TOKEN, Served, new_bot, serve

STUDENT, SECOND = PEOPLE[0].chat_id, PEOPLE[1].chat_id


def given(content: bytes, name: str = "a.bin") -> BufferedInputFile:
    return BufferedInputFile(content, name)


async def last(sandbox: Served, chat_id: int = STUDENT) -> dict[str, Any]:
    return (await sandbox.messages(chat_id))[-1]


async def test_a_voice_is_heard_by_the_person_and_fetched_by_the_bot(
    sandbox: Served, bot: Bot
) -> None:
    sent = await bot.send_voice(
        STUDENT, given(OGG, "v.ogg"), caption="<b>Well</b>", parse_mode="HTML", duration=7
    )
    assert sent.voice is not None
    assert (sent.voice.duration, sent.voice.mime_type) == (7, "audio/ogg")
    assert sent.caption == "Well"
    message = await last(sandbox)
    assert (message["kind"], message["text"], message["duration"]) == ("voice", "Well", 7)
    heard = await sandbox.http.get(message["file"])
    assert (heard.content, heard.headers["content-type"]) == (OGG, "audio/ogg")
    file = await bot.get_file(sent.voice.file_id)
    assert file.file_path is not None
    fetched = await bot.download_file(file.file_path)
    assert fetched is not None
    assert fetched.read() == OGG


async def test_each_kind_is_shown_as_what_it_is(sandbox: Served, bot: Bot) -> None:
    photo = await bot.send_photo(STUDENT, given(png(64, 48)), caption="Look")
    assert [(one.width, one.height) for one in photo.photo or []] == [(64, 48)]
    audio = await bot.send_audio(STUDENT, given(mp3(), "l.mp3"), title="Lecture", performer="She")
    assert audio.audio is not None
    assert (audio.audio.title, audio.audio.performer) == ("Lecture", "She")
    document = await bot.send_document(STUDENT, given(b"%PDF", "plan.pdf"))
    assert document.document is not None
    assert document.document.mime_type == "application/pdf"
    shown = await sandbox.messages(STUDENT)
    assert (shown[0]["width"], shown[0]["height"]) == (64, 48)
    assert [(one["kind"], one["file_name"], one["text"]) for one in shown] == [
        ("photo", "a.bin", "Look"),
        ("audio", "l.mp3", ""),
        ("document", "plan.pdf", ""),
    ]


async def test_a_sound_that_telegram_does_not_play_is_a_file(bot: Bot) -> None:
    sent = await bot.send_voice(STUDENT, given(b"RIFF....WAVE", "v.wav"))
    assert sent.voice is None
    assert sent.document is not None


async def test_a_file_sent_by_its_id_is_the_same_file(sandbox: Served, bot: Bot) -> None:
    sent = await bot.send_voice(STUDENT, given(mp3()), duration=3)
    assert sent.voice is not None
    again = await bot.send_voice(SECOND, sent.voice.file_id)
    assert again.voice == sent.voice
    assert (await last(sandbox, SECOND))["file"] == (await last(sandbox))["file"]
    with pytest.raises(TelegramBadRequest, match="can't use file of type VoiceNote as Document"):
        await bot.send_document(SECOND, sent.voice.file_id)
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_voice(SECOND, "nothing")
    with pytest.raises(TelegramBadRequest, match="failed to get HTTP URL content"):
        await bot.send_voice(SECOND, "https://example.org/v.ogg")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (png(4, 4)[:20], "IMAGE_PROCESS_FAILED"),
        (jpeg(9_000, 2_000), "PHOTO_INVALID_DIMENSIONS"),
        (jpeg(2_100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (b"\xff\xd8" + b"\0" * media.LARGEST_PHOTO, "too big for a photo"),
    ],
)
async def test_a_photo_that_telegram_refuses_is_refused(
    bot: Bot, content: bytes, reason: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.send_photo(STUDENT, given(content))


async def test_a_jpeg_has_its_size_read(bot: Bot) -> None:
    sent = await bot.send_photo(STUDENT, given(jpeg(800, 600)))
    assert [(one.width, one.height) for one in sent.photo or []] == [(800, 600)]


async def test_an_upload_over_the_limit_is_not_taken(
    sandbox: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST_UPLOAD", 100)
    answer = await sandbox.http.post(
        f"/telegram/bot{TOKEN}/sendDocument",
        data={"chat_id": STUDENT},
        files={"document": ("a.bin", b"x" * 101)},
    )
    assert answer.status_code == 413
    assert await sandbox.messages(STUDENT) == []


async def test_what_is_too_big_to_fetch_may_still_be_sent(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "LARGEST_DOWNLOAD", 100)
    sent = await bot.send_document(STUDENT, given(b"x" * 101))
    assert sent.document is not None
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(sent.document.file_id)


async def test_captions_have_their_own_limit_and_their_own_edit(sandbox: Served, bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_voice(STUDENT, given(OGG), caption="x" * 1025)
    sent = await bot.send_voice(STUDENT, given(OGG), caption="one")
    here = {"chat_id": STUDENT, "message_id": sent.message_id}
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("two", **here)
    await bot.edit_message_caption(caption="two", **here)
    message = await last(sandbox)
    assert (message["text"], [one["text"] for one in message["edits"]]) == ("two", ["one"])
    words = await bot.send_message(STUDENT, "x")
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(caption="y", chat_id=STUDENT, message_id=words.message_id)


async def test_files_count_like_messages(bot: Bot) -> None:
    for _ in range(3):
        await bot.send_voice(STUDENT, given(OGG))
    with pytest.raises(TelegramRetryAfter):
        await bot.send_voice(STUDENT, given(OGG))


async def test_the_oldest_bytes_make_room_and_the_file_is_still_known(
    sandbox: Served, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ROOM", 250)
    old = await bot.send_document(STUDENT, given(b"a" * 100))
    for letter in (b"b", b"b", b"c"):
        await bot.send_document(SECOND, given(letter * 100))
    assert old.document is not None
    assert (await last(sandbox))["file"] is None
    assert [one["file"] is not None for one in await sandbox.messages(SECOND)] == [True] * 3
    with pytest.raises(TelegramBadRequest, match="temporarily unavailable"):
        await bot.get_file(old.document.file_id)
    assert (await bot.send_document(STUDENT, old.document.file_id)).document == old.document


async def test_bytes_are_not_kept_over_a_restart_and_the_message_is(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.json"
    async with serve(data_file=data) as before, new_bot(before) as bot:
        await bot.send_document(STUDENT, given(b"unmistakable" * 100, "a.txt"))
    assert "unmistakable" not in data.read_text()
    assert base64.b64encode(b"unmistakable").decode() not in data.read_text()
    async with serve(data_file=data) as after:
        message = await last(after)
        assert (message["kind"], message["file"], message["file_name"]) == (
            "document",
            None,
            "a.txt",
        )


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=10-19", 206, 10, 20),
        ("bytes=10-", 206, 10, 64),
        ("bytes=-4", 206, 60, 64),
        ("bytes=0-", 200, 0, 64),
        ("bytes=99-", 200, 0, 64),
        ("bytes=-", 200, 0, 64),
        ("lines=1-2", 200, 0, 64),
    ],
)
async def test_a_player_gets_the_part_it_asks_for(
    sandbox: Served, bot: Bot, asked: str, status: int, start: int, end: int
) -> None:
    content = b"OggS" + bytes(range(60))
    await bot.send_voice(STUDENT, given(content))
    link = (await last(sandbox))["file"]
    answer = await sandbox.http.get(link, headers={"range": asked})
    assert (answer.status_code, answer.content) == (status, content[start:end])


async def test_what_was_uploaded_is_never_a_page_of_the_sandbox(sandbox: Served, bot: Bot) -> None:
    await bot.send_document(STUDENT, given(b"<script>alert(1)</script>", "x.html"))
    answer = await sandbox.http.get((await last(sandbox))["file"])
    assert answer.headers["content-disposition"] == "attachment"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_download_needs_the_token_and_an_existing_path(sandbox: Served, bot: Bot) -> None:
    sent = await bot.send_document(STUDENT, given(b"x"))
    assert sent.document is not None
    path = (await bot.get_file(sent.document.file_id)).file_path
    addresses = [f"bot{TOKEN}/{path}", f"bot4242:other/{path}", f"bot{TOKEN}/documents/none.bin"]
    answers = [await sandbox.http.get(f"/telegram/file/{address}") for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 401, 404]
    await sandbox.post("/faults", system="telegram", method="file", status=502)
    assert (await sandbox.http.get(f"/telegram/file/bot{TOKEN}/{path}")).status_code == 502


async def test_a_person_speaks(sandbox: Served, bot: Bot) -> None:
    voice = base64.b64encode(OGG).decode()
    said = {"chat_id": STUDENT, "voice": voice, "duration_s": 4}
    await sandbox.post("/telegram/say", **said)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.voice is not None
    assert (update.message.voice.duration, update.message.text) == (4, None)
    assert (await last(sandbox))["kind"] == "voice"


@pytest.mark.parametrize(
    "body",
    [
        {"voice": "not base64!"},
        {"voice": base64.b64encode(b"words").decode()},
        {"voice": ""},
        {"voice": base64.b64encode(OGG).decode(), "text": "x" * 1025},
        {"voice": base64.b64encode(OGG).decode(), "duration_s": -1},
    ],
)
async def test_what_is_no_voice_is_refused(sandbox: Served, body: dict[str, Any]) -> None:
    answer = await sandbox.http.post("/telegram/say", json={"chat_id": STUDENT, **body})
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
