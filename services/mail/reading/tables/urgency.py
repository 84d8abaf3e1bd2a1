"""Words that cannot wait, what turns them round, and what a security alert orders."""

from typing import Final

from services.mail.reading.lexicon import Table

TABLE: Final[Table] = {
    "urgent": {
        3: """
            срочно, срочный, срочность, безотлагательно, незамедлительно, неотложный,
            немедленно, не терпеть отлагательство, экстренно, экстренный, =горит,
            как можно скорее, как можно быстрее, в кратчайший срок, в самый короткий срок,
            как можно скорей, максимально быстро, в экстренный порядок, ждать не может,
            ждать нельзя, в срочный порядок, urgent, urgently, asap, as soon as possible,
            as soon as you can, immediately, right away, straight away, straightaway,
            without delay, emergency, time-critical, time critical, time-sensitive, can't wait,
            cannot wait, top priority, drop everything, as quickly as possible,
            as quickly as you can, urgency
            """,
    },
    "no hurry": {
        3: """
            не срочно, несрочно, не срочный, не горит, без спешка, не спешить, не торопиться,
            ничего срочного, спешки нет, не к спех, нет спешка, никакой спешка,
            никакой срочность, нет срочность, не пожар, не сильно срочно, не очень срочно,
            не особо срочно, совсем не срочно, можно не спешить, срочности нет, no rush,
            no hurry, not urgent, non-urgent, isn't urgent, nothing urgent, not an emergency,
            no urgency, not at all urgent, not terribly urgent, not super urgent,
            not particularly urgent, not hugely urgent, not especially urgent, not very urgent,
            not that urgent, not desperately urgent, whenever you can, when you get a chance,
            whenever you get, take your time, in your own time, not time-critical,
            wasn't urgent, never urgent, less urgent, not really urgent
            """,
    },
    "told of": {
        2: """
            =пришлось срочно, =придется срочно, =пришлось немедленно, срочно уехать,
            срочно уехал, срочно уехала, срочно улететь, =вызвали срочно, =срочно вызвали,
            срочный вклад, срочная служба, срочный договор, срочный выкуп, неотложная помощь,
            неотложный помощь, экстренный служба, экстренный контакт, экстренный случай,
            срочный случай, срочный вопрос, срочный перевод, пожар *, отвечу срочно,
            urgent care, emergency services, emergency contact, emergency exit,
            emergency number, emergency room, emergency department, emergency meeting,
            emergency plumber, in an emergency, in case of emergency, in emergencies,
            for emergencies, for urgent, anything urgent, something urgent, had to urgently,
            urgent matters, urgent queries, urgent questions, i replied immediately,
            immediately after, immediately before
            """,
    },
    "alarm order": {
        3: """
            немедленно, сменить пароль, поменять пароль, измените пароль, изменить пароль,
            обновить пароль, завершить сеанс, заблокировать карта, проверить активность,
            подтвердить данные, подтвердить учетный запись, подтвердить личность, отозвать ключ,
            отозвать токен, перевыпустить ключ, сбросить пароль, защитить аккаунт, обезопасить,
            обновить до, установить обновление, change your password, reset your password,
            update your password, secure your account, change it now, verify your account,
            verify your identity, confirm your identity, revoke, rotate, sign out of,
            freeze your card, choose a new password, act now, immediately, review your activity,
            review activity, review recent activity, call us now, take action, action required,
            immediate action, change your passwords, rotate it, revoke it, block your card
            """,
    },
}
