"""What a letter is about: short texts of persons, and whole letters of all kinds."""

import pytest

from tests.mail.made_letters import read_letter

SENTENCES = [
    ("Коллеги, созвон по проекту переносится на 15:00 четверга.", "meeting"),
    ("Дорогие студенты, лекция завтра в 10:00 в ауд. 5.", "study"),
    ("Мам, привет! Доехали хорошо, дети спят.", "personal"),
    ("Скидываемся на подарок Оле, по 500 рублей.", "money"),
    ("Прошу оплатить счёт № 55 за аренду помещения.", "money"),
    ("Ваша посылка у меня, сосед, заберите вечером.", "delivery"),
    ("Вас записали к кардиологу на среду, 9:00.", "delivery"),
    ("Высылаю правки к договору, посмотрите пункт 4.", "work"),
    ("Релиз отложили до понедельника, тесты красные.", "work"),
    ("Приглашаю тебя на день рождения в субботу в 18:00.", "meeting"),
    ("Кто-то пытался войти в вашу учётную запись, смените пароль.", "security"),
    ("Домашнее задание проверено, у вас 8 из 10, пересдавать не нужно.", "study"),
    ("Hi mum, we got home fine, the kids are asleep.", "personal"),
    ("Let's move our sync to 3pm Thursday.", "meeting"),
    ("Your essay mark is available, well done. See my comments on the thesis statement.", "study"),
    ("Attached is the revised contract, see clause 4.", "work"),
    ("Could you reimburse me for the train, £42? Receipt attached.", "money"),
    ("The dentist can see you on Tuesday at 9.", "delivery"),
    ("Your parcel was left with me at number 7, come and get it.", "delivery"),
    ("Someone signed in to your account, change the password.", "security"),
    ("Dinner at ours on Saturday at 7?", "meeting"),
    ("The rent is going up by £30 from June.", "money"),
    ("Server upgrade went fine, logs are clean.", "work"),
    ("Congratulations on the baby! She is gorgeous.", "personal"),
    ("Parents' evening is on 5 May at 18:00 in the hall.", "study"),
    ("I have read your manuscript and enclose two reviews.", "work"),
]
LETTERS = [
    (
        "noreply@domains.example",
        "Your domain expires in 30 days",
        (
            "The registration of garden.example ends on 3 April. Renew it in your "
            "control panel to keep it. This is an automated message."
        ),
        True,
        "notification",
    ),
    (
        "builds@ci.example",
        "Build 812 failed on main",
        (
            "The pipeline failed in stage test. 3 of 412 tests did not pass. See "
            "the log for details."
        ),
        True,
        "notification",
    ),
    (
        "no-reply@jobs.example",
        "We received your application",
        (
            "Thank you for applying for the post of data analyst. We will review "
            "your application and get back within three weeks."
        ),
        True,
        "notification",
    ),
    (
        "billing@hosting.example",
        "Invoice 2026-114",
        (
            "Your invoice for March is ready. Amount due: €12.00. It will be "
            "charged to your card on 5 April."
        ),
        True,
        "money",
    ),
    (
        "noreply@shop.example",
        "Your order has shipped",
        ("Your parcel is on its way and will arrive on Tuesday. Track it in the app."),
        True,
        "delivery",
    ),
    (
        "no-reply@cloud.example",
        "Storage almost full",
        ("You have used 95% of your 15 GB. Delete files or buy more space to keep receiving mail."),
        True,
        "notification",
    ),
    (
        "noreply@accounts.example",
        "Your password was changed",
        (
            "The password of your account was changed on 3 May at 10:02. If it was "
            "not you, contact us."
        ),
        True,
        "security",
    ),
    (
        "calendar@firm.example",
        "Reminder: budget review tomorrow at 10",
        ("This is a reminder that budget review starts tomorrow at 10:00 in Room 5."),
        True,
        "meeting",
    ),
    (
        "noreply@library.example",
        "Books due soon",
        ("Two books on your card are due on 4 May. Renew online or return them to any branch."),
        True,
        "notification",
    ),
    (
        "no-reply@petition.example",
        "Your signature was recorded",
        "Thank you for signing. You are supporter 1,204.",
        True,
        "notification",
    ),
    (
        "noreply@gym.example",
        "Your class is booked",
        (
            "You are booked for Pilates on Tuesday at 18:00, Studio 2. Cancel at "
            "least 4 hours before."
        ),
        True,
        "delivery",
    ),
    (
        "noreply@water.example",
        "Planned works in your street",
        "Water will be off on 5 May from 9 to 15 while we replace a valve.",
        True,
        "notification",
    ),
    (
        "robot@uk-dom.example",
        "Отключение воды",
        ("Уважаемые жильцы! 5 июня с 9 до 17 не будет горячей воды. Управляющая компания."),
        True,
        "notification",
    ),
    (
        "noreply@gosuslugi.example",
        "Заявление принято",
        (
            "Ваше заявление № 114 зарегистрировано. Срок рассмотрения 10 рабочих "
            "дней. Письмо сформировано автоматически."
        ),
        True,
        "notification",
    ),
    (
        "noreply@hr.example",
        "Отпуск согласован",
        "Ваша заявка на отпуск с 1 по 14 июля согласована руководителем.",
        True,
        "notification",
    ),
    (
        "noreply@hr.example",
        "Назначен обязательный курс",
        ("Вам назначен курс «Охрана труда». Пройдите его до 1 июня в личном кабинете."),
        True,
        "study",
    ),
    (
        "noreply@forum.example",
        "Новый ответ в теме",
        ("Пользователь Кот ответил в теме «Какой велосипед купить». Перейти к ответу."),
        True,
        "notification",
    ),
    (
        "alerts@bank.example",
        "Перевод 5 000 ₽",
        "Зачислен перевод 5 000 ₽ от Ивана П. Баланс 12 300 ₽.",
        True,
        "money",
    ),
    (
        "noreply@nalog.example",
        "Налоговое уведомление",
        (
            "Сформировано уведомление об уплате налога на имущество. Сумма 2 340 "
            "руб. Оплатите до 1 декабря."
        ),
        True,
        "money",
    ),
    (
        "noreply@avia.example",
        "Онлайн-регистрация открыта",
        ("Рейс SU 1402 Москва — Уфа, 3 мая 07:25. Зарегистрируйтесь и сохраните посадочный талон."),
        True,
        "delivery",
    ),
    (
        "petr@firm.example",
        "Поставка кабеля",
        (
            "Ирина, поставщик сдвинул отгрузку на неделю, курьер привезёт образцы "
            "в среду. Обнови, пожалуйста, план-график и предупреди монтажников."
        ),
        False,
        "work",
    ),
    (
        "oleg@agency.example",
        "Макеты",
        (
            "Анна, добрый день! Во вложении три варианта упаковки. Напишите, какой "
            "берём, и мы начнём вёрстку."
        ),
        False,
        "work",
    ),
    (
        "hr@firm.example",
        "График отпусков",
        (
            "Коллеги, внесите даты отпусков в таблицу до 15 декабря. Кто не "
            "внесёт, поедет в ноябре :)"
        ),
        False,
        "work",
    ),
    (
        "irina@firm.example",
        "Re: акт",
        ("Пётр, акт подписали, оригинал отправлю почтой завтра. Счёт закроем в пятницу."),
        False,
        "work",
    ),
    (
        "katya@gmail.com",
        "новости",
        (
            "Оль, мы переехали! Ремонт почти закончен, кот боится новой ванной. "
            "Как вы? Когда в гости?"
        ),
        False,
        "personal",
    ),
    (
        "trener@club.example",
        "Тренировка в четверг",
        "Ребята, в четверг тренировка не в 19, а в 20:00, зал тот же.",
        False,
        "meeting",
    ),
    (
        "vera@gmail.com",
        "Театр",
        "У меня лишний билет на «Чайку» на субботу. Пойдёшь со мной?",
        False,
        "personal",
    ),
    (
        "dekanat@univ.example",
        "Стипендия",
        ("Студентам 2 курса принести реквизиты карты в деканат, каб. 14, до 5 октября."),
        False,
        "study",
    ),
    (
        "buh@firm.example",
        "Справка 2-НДФЛ",
        "Справка готова, заберите в бухгалтерии, 305 комната.",
        False,
        "work",
    ),
    (
        "landlord@post.example",
        "Electricity",
        (
            "Hello, the meter reading says you used £63 in May. Could you send it "
            "with the June rent?"
        ),
        False,
        "money",
    ),
    (
        "sue@firm.example",
        "Press release",
        ("Tom, legal want two changes in paragraph 3. Can you turn it round today? Sue"),
        False,
        "work",
    ),
    (
        "mark@vendor.example",
        "Quote for 40 chairs",
        (
            "Dear Jo, please find our quote attached: 40 chairs at €59, delivery "
            "within 3 weeks. The offer holds until 30 June. Regards, Mark"
        ),
        False,
        "work",
    ),
    (
        "amy@gmail.com",
        "Guess what",
        ("We got the puppy! He sleeps on the sofa already. Come and meet him soon?"),
        False,
        "personal",
    ),
    (
        "chair@rowing.example",
        "AGM",
        ("The annual general meeting is on 5 May at 19:00 in the boathouse. Send apologies to me."),
        False,
        "meeting",
    ),
    (
        "nina@univ.ac.uk",
        "Reading for week 6",
        (
            "Dear all, please read the two chapters on the module page before "
            "Thursday's class and bring one question each."
        ),
        False,
        "study",
    ),
    (
        "editor@journal.example",
        "Decision on your manuscript",
        (
            "Dear author, both reviewers recommend minor revision. Please return "
            "the revised version by 1 June with a reply to each point."
        ),
        False,
        "work",
    ),
    (
        "recruiter@talent.example",
        "Second round",
        (
            "Thanks for the chat. The team would like to meet you on Tuesday at "
            "14:00 for a second interview by video. Does that suit you?"
        ),
        False,
        "meeting",
    ),
    (
        "surgery@gp.example",
        "Blood test",
        ("You are due a blood test. Please ring us to book an appointment with the nurse."),
        False,
        "delivery",
    ),
    (
        "kate@post.example",
        "lift on Sunday",
        ("Could you give us a lift to the airport on Sunday morning? Flight is at 9."),
        False,
        "personal",
    ),
    (
        "treasurer@allot.example",
        "Plot fees",
        ("Fees for 2026 are £42 a plot. Please pay by transfer before the end of March."),
        False,
        "money",
    ),
    (
        "sam@firm.example",
        "expenses",
        (
            "Lee, your taxi receipts are missing from the March claim. Send them "
            "over and I will pay it out on Friday."
        ),
        False,
        "money",
    ),
    (
        "gus@firm.example",
        "Kitchen",
        "Somebody left the fridge open again. Please check before you leave.",
        False,
        "work",
    ),
    (
        "it@firm.example",
        "VPN",
        (
            "The VPN certificate changes tonight. Restart your laptop tomorrow "
            "morning, otherwise the login will not work."
        ),
        False,
        "work",
    ),
    (
        "pavel@post.example",
        "Долг",
        "Верни, пожалуйста, три тысячи до зарплаты, можно на карту.",
        False,
        "money",
    ),
    (
        "anna@school7.example",
        "Экскурсия",
        (
            "Уважаемые родители, в пятницу едем в музей, автобус от школы в 9:00. "
            "Сдайте по 400 рублей старосте."
        ),
        False,
        "study",
    ),
    (
        "sergey@firm.example",
        "демо",
        ("Команда, демо клиенту в четверг в 11:00, прогон завтра в 16:00. Презентацию соберу сам."),
        False,
        "meeting",
    ),
    (
        "client@shop.example",
        "сайт",
        (
            "Здравствуйте! На сайте не открывается корзина, покупатели жалуются. "
            "Когда сможете посмотреть?"
        ),
        False,
        "work",
    ),
]


@pytest.mark.parametrize(("text", "category"), SENTENCES, ids=range(len(SENTENCES)))
def test_a_short_text_is_told_by_what_its_reader_must_do(text: str, category: str) -> None:
    assert read_letter(text).category == category


@pytest.mark.parametrize(
    ("address", "subject", "text", "is_automatic", "category"),
    LETTERS,
    ids=[letter[1] for letter in LETTERS],
)
def test_a_letter_is_told_by_what_its_reader_must_do(
    address: str, subject: str, text: str, is_automatic: bool, category: str
) -> None:
    reading = read_letter(
        text,
        subject=subject,
        address=address,
        to=(f"reader@{address.partition('@')[2]}",),
        auto_submitted="auto-generated" if is_automatic else "",
    )

    assert reading.category == category


def test_bulk_mail_is_a_newsletter() -> None:
    reading = read_letter(
        "Скидка 30% на курсы! Промокод внутри. Отписаться от рассылки.", list_unsubscribe=True
    )

    assert (reading.status, reading.category) == ("bulk", "newsletter")


def test_a_bank_that_never_asks_for_a_password_is_no_alert() -> None:
    reading = read_letter(
        "Покупка 340 руб., карта *1144. Мы никогда не спрашиваем пароль и код.",
        auto_submitted="auto-generated",
    )

    assert reading.category == "money"
