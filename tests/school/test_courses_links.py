"""Links of lessons: which are taken, what the players are given, and short names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.school.courses.links import (
    find_repository,
    find_slides_player,
    find_video_player,
    read_link,
    read_repository,
    read_slides,
    read_video,
)
from services.school.courses.slugs import (
    LONGEST,
    is_slug,
    numbered,
    propose_initials,
    propose_slug,
)
from services.school.errors import (
    LinkWrong,
    RepositoryLinkWrong,
    SlidesLinkWrong,
    VideoLinkWrong,
)

VIDEO = "aB3_-fGhIjK"
PLAYER = f"https://www.youtube-nocookie.com/embed/{VIDEO}"
DECK = "1aB3_-fGhIjKlMnOpQr"


@pytest.mark.parametrize(
    ("link", "player"),
    [
        (f"https://youtu.be/{VIDEO}", PLAYER),
        (f"https://youtu.be/{VIDEO}?si=tracking&t=90", f"{PLAYER}?start=90"),
        (f"https://www.youtube.com/watch?v={VIDEO}", PLAYER),
        (f"https://youtube.com/watch?list=x&v={VIDEO}&t=1h2m3s", f"{PLAYER}?start=3723"),
        (f"https://m.youtube.com/watch/?v={VIDEO}&t=90s#x", f"{PLAYER}?start=90"),
        (f"https://YouTube.com/shorts/{VIDEO}", PLAYER),
        (f"https://www.youtube.com/live/{VIDEO}?feature=share", PLAYER),
        (f"https://www.youtube.com/embed/{VIDEO}?start=5&autoplay=1", f"{PLAYER}?start=5"),
        (f"https://www.youtube-nocookie.com/embed/{VIDEO}", PLAYER),
        (f" https://youtu.be/{VIDEO}/ ", PLAYER),
        (f"https://youtu.be/{VIDEO}?t=soon", PLAYER),
    ],
)
def test_a_link_to_youtube_is_given_to_the_player_without_cookies(link: str, player: str) -> None:
    assert read_video(link) == link.strip()
    assert find_video_player(link) == player


@pytest.mark.parametrize(
    "link",
    [
        f"http://youtu.be/{VIDEO}",
        f"https://youtu.be.evil.test/{VIDEO}",
        f"https://evil.test/youtu.be/{VIDEO}",
        f"https://youtu.be@evil.test/{VIDEO}",
        f"https://me:secret@youtu.be/{VIDEO}",
        f"https://evil.test\\@youtu.be/{VIDEO}",
        f"https://youtu.be:8443/{VIDEO}",
        f"https://youtu.be/{VIDEO}/more",
        f"https://youtu.be/{VIDEO}x",
        'https://youtu.be/"onload="a',
        "https://youtu.be/",
        "https://www.youtube.com/watch",
        "https://www.youtube.com/watch?v=short",
        f"https://www.youtube.com/watch?v={VIDEO}/../x",
        "https://www.youtube.com/@channel",
        f"https://vimeo.com/{VIDEO}",
        f"//youtu.be/{VIDEO}",
        f"youtu.be/{VIDEO}",
        f"javascript://youtu.be/{VIDEO}",
        "https://[youtu.be",
        f"https://youtu.be/{VIDEO}?{'a' * 500}",
        f"https://ｙoutu.be/{VIDEO}",
    ],
)
def test_what_is_no_video_on_youtube_is_refused(link: str) -> None:
    assert find_video_player(link) is None
    with pytest.raises(VideoLinkWrong):
        read_video(link)


@pytest.mark.parametrize(
    ("link", "player"),
    [
        (f"https://docs.google.com/presentation/d/{DECK}/edit#slide=id.p", f"d/{DECK}"),
        (f"https://docs.google.com/presentation/d/{DECK}", f"d/{DECK}"),
        (f"https://docs.google.com/presentation/u/0/d/{DECK}/view?usp=sharing", f"d/{DECK}"),
        (
            f"https://docs.google.com/presentation/d/e/2PACX-{DECK}/pub?start=false",
            f"d/e/2PACX-{DECK}",
        ),
    ],
)
def test_slides_are_given_to_their_player(link: str, player: str) -> None:
    assert read_slides(link) == link
    assert find_slides_player(link) == f"https://docs.google.com/presentation/{player}/embed"


@pytest.mark.parametrize(
    "link",
    [
        f"https://docs.google.com/document/d/{DECK}/edit",
        f"https://docs.google.com/presentation/d/{DECK}x/../../document/d/{DECK}"[:40],
        f"https://docs.google.com.evil.test/presentation/d/{DECK}/edit",
        f"http://docs.google.com/presentation/d/{DECK}/edit",
        f"https://slides.google.com/presentation/d/{DECK}/edit",
        "https://docs.google.com/presentation/d/e/",
        "https://docs.google.com/presentation/",
    ],
)
def test_what_are_no_google_slides_is_refused(link: str) -> None:
    with pytest.raises(SlidesLinkWrong):
        read_slides(link)


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://github.com/parta-school/first-steps", ("parta-school", "first-steps")),
        ("https://github.com/Parta/First.Steps.git", ("Parta", "First.Steps")),
        ("https://github.com/parta/steps/tree/main/week_1?tab=readme", ("parta", "steps")),
    ],
)
def test_a_repository_is_known_by_owner_and_name(link: str, found: tuple[str, str]) -> None:
    assert read_repository(link) == link
    assert find_repository(link) == found


@pytest.mark.parametrize(
    "link",
    [
        "https://github.com/parta",
        "https://github.com/parta/",
        "https://github.com/parta/..",
        "https://github.com/-parta/steps",
        "https://gitlab.com/parta/steps",
        "https://github.com.evil.test/parta/steps",
        "https://token@github.com/parta/steps",
        "git@github.com:parta/steps.git",
        "http://github.com/parta/steps",
    ],
)
def test_what_is_no_repository_on_github_is_refused(link: str) -> None:
    with pytest.raises(RepositoryLinkWrong):
        read_repository(link)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.test",
        "https://",
        "https:///x",
        "https://a b.test",
        "https://a.test/\n",
        "https://me@a.test",
        "https://me:secret@a.test",
        "https://a.test:0/",
        "https://a.test:99999/",
        "https://a.test:x/",
        "https://[::1",
        "https://a.test/<b>",
        'https://a.test/"x',
        "https://a.test\\@b.test",
        "a.test",
        "https://a.test/" + "a" * 500,
    ],
)
def test_a_link_that_leads_nowhere_or_says_a_password_is_refused(link: str) -> None:
    if link.strip() != link:
        assert read_link(link) == link.strip()
        return
    with pytest.raises(LinkWrong):
        read_link(link)


def test_a_link_may_be_missing() -> None:
    for read in (read_link, read_video, read_slides, read_repository):
        assert read("  ") is None


@given(st.text(max_size=60))
def test_no_text_breaks_a_reader_of_links(text: str) -> None:
    for find in (find_video_player, find_slides_player, find_repository):
        find(text)
        find(f"https://github.com/{text}")
        find(f"https://youtu.be/{text}")
        find(f"https://docs.google.com/presentation/d/{text}")


@given(st.text(max_size=60))
def test_a_player_is_only_ever_at_its_own_host(text: str) -> None:
    for before in ("", "https://youtu.be/", "https://www.youtube.com/watch?v="):
        player = find_video_player(before + text)
        assert player is None or player.startswith("https://www.youtube-nocookie.com/embed/")
    player = find_slides_player(f"https://docs.google.com/presentation/d/{text}")
    assert player is None or player.startswith("https://docs.google.com/presentation/d/")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Learn Python", "lp"),
        ("Основы Питона", "op"),
        ("Юный программист", "yp"),
        ("Щётка, Цель и Чай!", "stic"),
        ("Python 101 для всех", "p101dv"),
        ("Python", "python"),
        ("Питон", "piton"),
        ("Élan vital", "ev"),
        ("Їжак і Ґава", "iig"),
        ("2026 2027", "20262027"),
        ("日本語 コース", "course"),
        ("!!!", "course"),
        ("", "course"),
        ("ъ ь", "course"),
    ],
)
def test_a_course_is_known_by_the_initials_of_its_name(name: str, slug: str) -> None:
    assert propose_initials(name) == slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("First steps", "first-steps"),
        ("Первые шаги: ещё раз", "pervye-shagi-eshche-raz"),
        ("C++ & C#", "c-c"),
        ("snake_case", "snake-case"),
        ("№1", "1"),
        ("…", "lesson"),
    ],
)
def test_what_is_in_a_course_is_known_by_the_words_of_its_name(name: str, slug: str) -> None:
    assert propose_slug(name, "lesson") == slug


@given(st.text(max_size=300), st.integers(1, 10_000))
def test_every_proposal_is_a_short_name_of_its_own(name: str, number: int) -> None:
    for slug in (propose_slug(name, "lesson"), propose_initials(name)):
        assert is_slug(slug)
        assert len(slug) <= LONGEST
        assert is_slug(numbered(slug, number))
        assert numbered(slug, number) != numbered(slug, number + 1)


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "A", "а", "a b", "a_b", "a" * 61, "a\n"])
def test_what_is_no_short_name_is_known(text: str) -> None:
    assert not is_slug(text)
