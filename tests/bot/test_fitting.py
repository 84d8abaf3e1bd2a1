"""Long texts: split and cut as Telegram counts, with nothing of their markup broken."""

from typing import Any

import pytest
from aiogram.methods import EditMessageText, SendChatAction, SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telegram.entities import read_html, utf16_length
from services.bot.outgoing.fitting import LONGEST, cut, fit, length, split

FAMILY = "👩‍👩‍👧‍👦"
KEYCAP = "1\ufe0f\u20e3"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
WAVING = "👋🏽"
WHOLE = (FAMILY, "🇩🇪", "🇫🇷", KEYCAP, ENGLAND, WAVING, "и\u0306")

SPACES = (" ", " ", "  ", "\n", "\n\n")
REFERENCES = ("&lt;", "&amp;", "&#x1F600;", "&#128512;", "&quot;", "&nbsp;", "&", "&amp", "&ltd")
WORDS = st.lists(
    st.sampled_from(("слово", "тридцать", "a", ". ", "! ", "…", *SPACES, *WHOLE, *REFERENCES)),
    min_size=1,
    max_size=12,
).map("".join)
PLAIN = ("b", "i", "u", "s", "em", "strong", "tg-spoiler", "del", "code")


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Marked-up text around marked-up text."""
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(st.sampled_from(PLAIN), inner).map(
            lambda made: f"<{made[0]}>{made[1]}</{made[0]}>"
        ),
        inner.map(lambda text: f'<a href="https://example.org/?a=1&amp;b=%3E">{text}</a>'),
        inner.map(lambda text: f'<span class="tg-spoiler">{text}</span>'),
        inner.map(lambda text: f"<blockquote expandable>{text}</blockquote>"),
        WORDS.map(lambda text: f'<pre><code class="language-python">{text}</code></pre>'),
        WORDS.map(lambda text: f"<pre>{text}</pre>"),
    )


MARKUP = st.recursive(WORDS, wrapped, max_leaves=12)


def clipped(entities: list[dict[str, Any]], begin: int, end: int) -> list[dict[str, Any]]:
    """What of the whole's entities lies in a stretch."""
    found = []
    for entity in entities:
        left = max(0, entity["offset"] - begin)
        right = min(end, entity["offset"] + entity["length"]) - begin
        if right > left:
            found.append({**entity, "offset": left, "length": right - left})
    return sorted(found, key=repr)


def units(text: str, begin: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * begin : 2 * end].decode("utf-16-le", "replace")


def check_pieces(markup: str, pieces: list[str], most: int) -> None:
    """Together they show what the whole shows, each within the limit, each marked up as it was."""
    whole = read_html(markup)
    at = 0
    for piece in pieces:
        shown = read_html(piece)
        assert shown.text
        assert utf16_length(shown.text) <= most
        while units(whole.text, at, at + 1).isspace():
            at += 1
        end = at + utf16_length(shown.text)
        assert units(whole.text, at, end) == shown.text
        assert sorted(shown.entities, key=repr) == clipped(whole.entities, at, end)
        at = end
    assert not units(whole.text, at, utf16_length(whole.text)).strip()


@given(markup=MARKUP, most=st.integers(16, 60))
def test_pieces_show_what_the_whole_shows_marked_up_alike(markup: str, most: int) -> None:
    if length(markup) > 0:
        check_pieces(markup, split(markup, most), most)


@given(markup=MARKUP)
def test_a_text_is_as_long_as_telegram_finds_it(markup: str) -> None:
    assert length(markup) == utf16_length(read_html(markup).text)


@given(markup=MARKUP, most=st.integers(16, 60))
def test_what_is_cut_is_a_beginning_with_its_tags_closed(markup: str, most: int) -> None:
    more = '… <a href="https://example.org/w/1">all of it</a>'
    short = cut(markup, most, more)
    whole, shown = read_html(markup), read_html(short)
    assert utf16_length(shown.text) <= most
    if utf16_length(whole.text) <= most:
        assert short == markup
    else:
        assert short.endswith(more)
        kept = shown.text.removesuffix("… all of it")
        assert whole.text.startswith(kept)
        assert shown.entities[-1]["type"] == "text_link"


@given(markup=st.text(st.sampled_from("<>/&;#x1b a\"'=é\ud83d😀\n-"), max_size=60))
def test_malformed_markup_raises_nothing_and_its_pieces_fit(markup: str) -> None:
    for piece in [*split(markup, 8), cut(markup, 8), cut(markup, 8, "more than there is room for")]:
        assert length(piece) <= 8
    assert length(markup) >= 0


def test_many_open_brackets_take_no_time() -> None:
    assert length('<a "' * 20_000) == 80_000
    assert length("<b>" * 5_000) == 0


def test_what_fits_is_left_exactly_as_it_is() -> None:
    for markup in ("<b>one", " spaced ", "&#x41;", "", "<b>" + "😀" * 2048 + "</b>"):
        assert split(markup) == [markup]
        assert cut(markup, LONGEST) == markup


@pytest.mark.parametrize(
    ("markup", "pieces"),
    [
        ("one two\n\n3. 4\n5 6 seven", ["one two", "3. 4\n5 6", "seven"]),
        ("one. two\n3 four", ["one. two", "3 four"]),
        ("Two, one. 3 four", ["Two, one.", "3 four"]),
        ("«1, two.» 4 five", ["«1, two.»", "4 five"]),
        ("twelve 3 fit then", ["twelve 3 fit", "then"]),
        ("three four five six", ["three four", "five six"]),
        ("abcdefghijklmnop", ["abcdefghijkl", "mnop"]),
        ("a\n\nbcdefghijklmnop", ["a\n\nbcdefghij", "klmnop"]),
    ],
)
def test_a_text_is_split_where_a_reader_would(markup: str, pieces: list[str]) -> None:
    assert split(markup, 12) == pieces


@pytest.mark.parametrize("emoji", WHOLE)
def test_an_emoji_made_of_several_characters_is_never_cut(emoji: str) -> None:
    pieces = split(emoji * 40, 30)
    assert "".join(pieces) == emoji * 40
    assert all(len(piece) % len(emoji) == 0 for piece in pieces)


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        ('<a href="https://example.org/?a=1&amp;b=2">', "</a>"),
        ("<tg-spoiler>", "</tg-spoiler>"),
        ("<blockquote expandable>", "</blockquote>"),
        ('<pre><code class="language-python">', "</code></pre>"),
        ("<b><i>", "</i></b>"),
    ],
)
def test_open_tags_are_closed_and_opened_again_with_their_attributes(
    opened: str, closed: str
) -> None:
    markup = f"{opened}one &lt; two{closed}"
    assert split(markup, 6) == [f"{opened}one &lt;{closed}", f"{opened}two{closed}"]


def test_a_card_is_cut_with_a_way_to_the_rest() -> None:
    assert cut("<b>one two</b> three", 10, " /more") == "<b>one</b> /more"
    assert cut("<b>one two three</b>", 9) == "<b>one two</b>…"
    assert cut("one two three", 3, "more") == "one"


def test_a_long_reply_rings_once_and_has_its_buttons_at_the_end() -> None:
    button = InlineKeyboardButton(text="Go", url="https://example.org")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    words = "слово " * 2000
    sent = fit(SendMessage(chat_id=1, text=f"<b>{words}</b>", reply_markup=keyboard))
    assert all(isinstance(one, SendMessage) for one in sent)
    assert [one.disable_notification for one in sent] == [None, True, True]  # type: ignore[attr-defined]
    assert [one.reply_markup for one in sent] == [None, None, keyboard]  # type: ignore[attr-defined]
    check_pieces(f"<b>{words}</b>", [one.text for one in sent], LONGEST)  # type: ignore[attr-defined]


def test_what_is_no_long_message_stays_one_call() -> None:
    short = SendMessage(chat_id=1, text="short")
    assert fit(short) == [short]
    action = SendChatAction(chat_id=1, action="typing")
    assert fit(action) == [action]
    (edit,) = fit(EditMessageText(chat_id=1, message_id=1, text="a " * 4000))
    assert isinstance(edit, EditMessageText)
    assert length(edit.text) <= LONGEST
