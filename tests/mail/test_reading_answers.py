"""Whether a reply is awaited: sentences of persons, and what is never answered."""

import pytest

from services.mail.parsing.letter import Invitation
from tests.mail.made_letters import read_letter

SENTENCES = [
    ("Коллеги, высылаю протокол вчерашней встречи. Замечания жду до среды.", True),
    ("Спасибо, всё получил, вопросов нет.", False),
    ("Во вложении счёт. Оплатите, пожалуйста, до пятницы.", False),
    ("Скажи, пожалуйста, во сколько тебя встречать", True),
    ("Подскажите, в какой форме нужен отчёт.", True),
    ("Прошу согласовать макет до конца дня.", True),
    ("Загрузите решение на платформу до воскресенья.", False),
    ("Если будут вопросы, пишите.", False),
    ("Приходи завтра к нам на ужин!", True),
    ("Перезвони, как освободишься.", True),
    ("Напоминаю, что завтра дежурит вторая группа. Ключи на вахте.", False),
    ("Просьба заполнить анкету по ссылке.", False),
    ("Сообщите, пожалуйста, сможете ли вы принять участие.", True),
    ("Отправил тебе фотографии с дачи. Мама довольна.", False),
    ("Хотел узнать, как продвигается статья.", True),
    ("Можно ли перенести встречу на четверг? Мне так удобнее.", True),
    ("Я спросил у него: «Где деньги?» Он промолчал.", False),
    ("Кто бы мог подумать, что так выйдет. Обнимаю!", False),
    ("Буду благодарна, если вы пришлёте скан договора.", True),
    ("Было бы здорово, если бы ты посмотрел черновик и написал, что думаешь.", True),
    ("Не могли бы вы выслать реквизиты.", True),
    ("Нужно ваше решение по второму варианту.", True),
    ("Пожалуйста, ознакомьтесь с новыми правилами.", False),
    ("Жду от тебя цифры по складу.", True),
    ("Отчёт готов, лежит на диске. Хороших выходных.", False),
    ("Сдайте зачётки старосте до пятницы.", False),
    ("Нам важно знать, кто из вас поедет. Отметьтесь у меня.", True),
    ("Сообщаю, что заседание переносится на 15:00.", False),
    ("Просьба подтвердить получение письма.", True),
    ("С нетерпением жду вашего ответа.", True),
    ("Please find attached the minutes. No action needed.", False),
    ("Could you send me the slides by Friday?", True),
    ("Can you let me know whether Tuesday works.", True),
    ("Thanks, all received.", False),
    ("Let me know if you have any questions.", False),
    ("Let me know which option you prefer.", True),
    ("Please upload your essay to the portal by noon.", False),
    ("Please pay the invoice by 5 May.", False),
    ("I'd appreciate your comments on the draft.", True),
    ("Are you coming on Saturday?", True),
    ("Give me a ring when you land.", True),
    ("Please confirm your attendance by replying to this email.", True),
    ("We will confirm the room tomorrow.", False),
    ("He asked me to call the bank, which I did.", False),
    ("Just a note to say the boiler is fixed.", False),
    ("Come round for tea on Sunday!", True),
    ("Looking forward to hearing from you.", True),
    ("Feel free to reach out with any questions.", False),
    ("I need your signature on page 3.", True),
    ("Would you mind checking the figures?", True),
    ("Kindly revert with your availability.", True),
    ("What a week! How did that happen? Because nobody checked.", False),
    ("It would be great if you could join us for the panel.", True),
    ("If you could get the numbers to me by Thursday that would be ideal.", True),
    ("Please read chapter 4 before the seminar.", False),
    ("Bring your laptop and a charger.", False),
    ("RSVP by Friday.", True),
    ("Text me when you get there.", True),
    ("I wanted to check whether you received my last email.", True),
    ("Any thoughts on the attached?", True),
    ("Call with the client went well. Notes attached.", False),
    ("Do you want me to book the flights?", True),
    ("Please get in touch to arrange a time.", True),
    ("Answers to your questions are below. The budget is fine.", False),
]


@pytest.mark.parametrize(("text", "is_awaited"), SENTENCES, ids=range(len(SENTENCES)))
def test_a_reply_is_awaited_where_a_person_asks_for_one(text: str, is_awaited: bool) -> None:
    assert read_letter(text).awaits_answer is is_awaited


def test_the_words_that_ask_are_its_proof() -> None:
    reading = read_letter("Отчёт готов. Пришлите, пожалуйста, замечания! Хорошего дня.")

    assert reading.proof["awaits_answer"].quote == "Пришлите, пожалуйста, замечания!"


def test_a_system_awaits_no_reply_whatever_it_asks() -> None:
    reading = read_letter("Could you confirm your address?", auto_submitted="auto-generated")

    assert not reading.awaits_answer


def test_a_subject_asks_where_there_is_hardly_a_text() -> None:
    assert read_letter("см. тему", subject="Когда будет смета?").awaits_answer


@pytest.mark.parametrize(
    ("method", "status", "is_awaited"),
    [("REQUEST", "CONFIRMED", True), ("CANCEL", "CANCELLED", False), ("REPLY", "", False)],
)
def test_an_invitation_awaits_an_answer_unless_it_takes_itself_back(
    method: str, status: str, is_awaited: bool
) -> None:
    invitation = Invitation(
        method=method,
        status=status,
        summary="Planning",
        location="",
        start_at=None,
        end_at=None,
        organizer="anna@firma.example",
    )

    assert read_letter("See the calendar.", invitations=(invitation,)).awaits_answer is is_awaited
