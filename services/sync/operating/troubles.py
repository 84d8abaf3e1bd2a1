"""What Stepik and Boomstream refused, in the operator's words, with what to do where that is known.

Both keep an error as it came, for logs and for whoever asks the vendor; that stands in brackets.
"""

from collections.abc import Callable, Mapping

from shared.texts import Texts

Say = Callable[[str], str]


def stepik_sayer(texts: Texts) -> Say:
    """A function that says why a course was not read: errors are kept as `Kind: details`."""
    away = texts("Stepik does not answer. It is asked again by itself.")
    wait = texts("Stepik says to wait. It is asked again by itself.")
    known = {
        "TokenRefused": texts(
            "Stepik does not take the credentials: check STEPIK_CLIENT_ID and STEPIK_CLIENT_SECRET."
        ),
        "Missing": texts("Stepik has no such course, or hides it: check STEPIK_COURSE_ID."),
        "Refused": texts("Stepik refuses: the application's account may not see this course."),
        "Endless": texts("Stepik's list does not end: reading was stopped."),
        "Limited": wait,
        "NotAsked": wait,
        "Away": away,
        "AnswerTooBig": away,
    }
    ours = texts("Something went wrong on our side: the log says more.")

    def say(error: str) -> str:
        kind, _, _ = error.partition(":")
        return f"{known.get(kind, ours)} ({error})"

    return say


def boomstream_sayer(texts: Texts) -> Say:
    """A function that says why Boomstream did not open or close something."""
    video = texts("There is no such code at Boomstream: correct it in the video.")
    subscription = texts(
        "There is no such subscription: correct it in the video, or BOOMSTREAM_SUBSCRIPTION."
    )
    key = texts("The key is refused: set another BOOMSTREAM_API_KEY.")
    away = texts("Boomstream does not answer. It is asked again by itself.")
    known: Mapping[str, str] = {
        "media not found": video,
        "collection not found": video,
        "subscription not found": subscription,
        "no subscription": subscription,
        "invalid api key": key,
        "it answers 401": key,
        "it answers 403": key,
        "it answers": away,
        "no answer": away,
        "not asked": away,
        "access denied": texts("It belongs to another project of Boomstream."),
        "email is not valid": texts("The address is refused: the person may give another."),
        "buyer already exists": texts(
            "The address was given this video by other means: take it back at Boomstream."
        ),
        "access has run out": texts("The subscription has run out: prolong it at Boomstream."),
        "its code cannot be opened": texts("Put the key that sealed it back into DATA_KEYS."),
        "auth does not say": texts("The e-mail address is not told yet. It is asked for again."),
    }

    def say(error: str) -> str:
        plain = error.casefold()
        advice = next((words for start, words in known.items() if plain.startswith(start)), "")
        return f"{advice} ({error})" if advice else error

    return say
