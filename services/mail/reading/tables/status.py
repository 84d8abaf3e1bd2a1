"""Words that tell a person's letter from a system's and from one that many get."""

from typing import Final

from services.mail.reading.lexicon import Table

TABLE: Final[Table] = {
    "by system": {
        4: """
            письмо сформировать автоматически, письмо создать автоматически,
            сформировать автоматически, письмо отправить автоматически, отправить автоматически,
            автоматический сообщение, автоматический уведомление, автоматический письмо,
            автоматический рассылка уведомление, сообщение отправить робот, отправить робот,
            не отвечать на это письмо, отвечать на это письмо не, отвечать на него не,
            не отвечать на данный письмо, отвечать на письмо не, пожалуйста не отвечать,
            служебный уведомление, сгенерировать автоматически, this is an automated,
            automated message, automated email, automated notification, automatically generated,
            generated automatically, sent automatically, do not reply to this,
            not reply to this, don't reply to this, mailbox is not monitored,
            safely ignore this, ignore this email, ignore this message,
            просто удалить это письмо, проигнорировать это, просто проигнорировать,
            address is not monitored, inbox is not monitored, unmonitored,
            replies are not monitored, reply to this email directly or view it, auto-generated,
            sent by a robot, replies to this * are not read, system notification
            """,
        2: """
            настроить уведомление, настройка уведомление, отключить уведомление,
            управлять уведомление, вы получили это письмо потому что,
            вы получили это уведомление, notification preferences, notification settings,
            manage notifications, you are receiving this because, you received this * because,
            unwatch, mute this thread, view it on, открыть задача, перейти к задание
            """,
    },
    "own thing": {
        3: """
            ваш заказ, ваш посылка, ваш билет, ваш бронирование, ваш бронь, ваш код,
            код подтверждение, код для вход, ваш заявка, ваш обращение, ваш платеж, ваш пароль,
            ваш учетный запись, ваш аккаунт, ваш личный кабинет, ваш подписка, ваш запись,
            вы записаны, вы зарегистрированы, ваш тикет, ваш карта, ваш лицевой счет,
            лицевой счет, номер заказ, уважаемый абонент, уважаемый пользователь,
            уважаемый читатель, ваш чек, вход с новый устройство, ваш ящик, ваш отправление,
            your order, your parcel, your package, your account, your password, your ticket,
            your booking, your reservation, your payment, your invoice, your subscription,
            your card, your appointment, your verification code, verification code,
            your receipt, your statement, your request, your application has been,
            your delivery, your shipment, your code, order number, sign-in code, login code,
            access code, security code, one-time code, new device, assigned to you,
            mentioned you, your bill, your pull request, your build, your direct debit,
            your flight, your submission
            """,
        2: """
            заказ *, счет за, операция по карта, курьер приехать, приближаться срок, срок сдача,
            сформировать счет, новый комментарий, оставить комментарий, назначить вы,
            задача назначить, напоминать что, бронирование подтвердить, тревога, инцидент,
            статус заявка, код получение, due soon, build failed, pipeline, alert, incident,
            reminder, commented on, leave a comment, has been shipped, out for delivery,
            is now available, receipt, payment received, your visit, backup, quota
            """,
    },
    "for many": {
        3: """
            отписаться, отписка, отказаться от рассылка, отменить подписка на рассылка,
            подписан на рассылка, подписаны на рассылка, подписаться на рассылка,
            открыть в браузер, посмотреть в браузер, просмотреть в браузер, веб-версия,
            от рассылка, unsubscribe, opt out, opt-out, view in browser, view this email,
            view in your browser, update your preferences, email preferences,
            manage your subscription, mailing preferences, no longer wish to receive,
            manage preferences, you subscribed
            """,
    },
    "campaign": {
        3: """
            скидка, распродажа, промокод, акция, черный пятница, спецпредложение,
            выгодный предложение, только сегодня, =успейте, =успей, в этот выпуск,
            наш подписчик, дорогой подписчик, рассылка, новинка, дайджест, подборка, выпуск,
            читать далее, читать полностью, информационный письмо, прием тезис, прием заявка на,
            приглашать * принять участие, приглашать принять участие, приглашать к участие,
            вход свободный, розыгрыш, персональный предложение, колонка редактор,
            лучшее за неделя, summer sale, winter sale, big sale, sale ends, sale now on,
            our sale, in the sale, mid-season sale, discount, promo code, coupon, special offer,
            limited time, newsletter, in this issue, this week in, shop now, read more,
            black friday, call for papers, new arrivals, call for participation,
            call for abstracts, submission of abstracts, our subscribers, dear subscriber,
            digest, giveaway, early bird, roundup, round-up, issue *, save up to, learn more,
            exclusive offer, book your place, register now, new collection, our readers,
            further reading, top stories, petition, donate, free shipping
            """,
        1: """
            подписчик, предложение, бесплатный, коллекция, выгода, купить, цена, конференция,
            вебинар, новость, открыть для себя, читатель, offer, free, deals, subscriber, save,
            webinar, conference, edition, discover, explore, reader, members
            """,
    },
    "first person": {
        1.5: """
            =я, =мне, =меня, =мной, =мой, =моя, =мое, =мои, =моей, =моего, =мою, =жду, =могу,
            =хочу, =думаю, =посмотрел, =посмотрела, =получил, =получила, =надеюсь,
            =договорились, =обнимаю, =целую, =прошу, =буду, =извини, =прости, =спасибо, =i,
            =i'm, =i'll, =i've, =i'd, =me, =my, =mine, =cheers, =myself
            """,
    },
}
