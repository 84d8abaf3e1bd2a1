"""Words around a place: what makes a name one to be at, and what makes it none."""

from typing import Final

from services.mail.reading.lexicon import Table

TABLE: Final[Table] = {
    "being there": {
        2: """
            встреча, собрание, заседание, лекция, семинар, экзамен, зачет, консультация,
            занятие, конференция, вебинар, собеседование, совещание, планерка, репетиция,
            тренировка, матч, концерт, выставка, экскурсия, мастер-класс, праздник,
            день рождения, свадьба, прием, игра, турнир, поход, поездка, командировка, форум,
            фестиваль, съезд, школа, симпозиум, защита, пересдача, олимпиада, турслет,
            корпоратив, банкет, забег, пройти, проходить, состояться, встречаться, встретиться,
            собираться, собраться, прийти, приходить, приехать, приезжать, подойти, зайти,
            заехать, заглянуть, забрать, получить, доставить, явиться, =будет, =будут, =будем,
            =будете, =быть, подъехать, прибыть, отвезти, привезти, увидеться, ждать, ехать,
            поехать, лететь, полететь, заселение, рейс, поезд, билет, отправление, прибытие,
            вылет, прилет, маршрут, отель, гостиница, заезд, бронирование, адрес, место, сбор,
            доставка, самовывоз, курьер, автобус, экспедиция, проведение, переезжать, выезжать,
            выезд, выезжаем, провести, проводить, =где, =туда, meeting, meet, lecture, seminar,
            tutorial, practical, viva, lab, exam, examination, conference, interview, workshop,
            dinner, lunch, party, appointment, rehearsal, match, concert, exhibition, tour,
            wedding, training, class, session, event, summit, symposium, festival, retreat,
            reunion, gathering, picnic, kick-off, kickoff, offsite, talk, ceremony, reception,
            viewing, visit, open day, fair, race, walk, trip, course, take place, takes place,
            held, hold, come, arrive, arrival, arriving, depart, departure, leave, leaving,
            flight, train, ticket, hotel, check-in, check in, booking, address, venue, location,
            where, go to, collect, collection, pick up, pickup, pick-up, deliver, delivery,
            courier, stay, drive, fly, travel, host, hosting, gather, moved to, moves to,
            we'll be, see you, see you in, be at, be in, bring, drop, kicks off, starts
            """,
    },
    "gathering": {
        2: """
            встретиться, встречаться, собираться, собраться, подойти, подходить, прийти,
            приходить, забрать, забирать, получить, ждем, ждать, состояться, пройти, проходить,
            проводиться, явиться, сбор, начало, начинать, встреча, зайти, заходить, собрание,
            выдавать, выдать, увидеться, репетиция, занятие, посидеть, подать, оставить,
            доставить, выставка, лекция, экзамен, meet, meeting, gather, collect, collection,
            pick up, held, take place, come, arrive, hand in, assemble, join us, moved to,
            moves to, deliver, delivered, left with, leave it, leave them, rehearsal, see you,
            waiting for you, class, session, starts, hosted, sign in, drop by, drop in, stop by,
            exam, lecture, seminar, drinks, lunch, party
            """,
    },
    "travel": {
        2: """
            рейс, поезд, электричка, автобус, билет, отправление, отправляться, отходить, отъезд,
            выезд, выезжать, вылет, вылетать, лететь, ехать, поехать, маршрут, трансфер, перелет,
            flight, fly, train, bus, coach, ferry, depart, departure, leave, leaves, travel, ticket,
            journey, route, sail
            """,
    },
    "writer away": {
        2: """
            =я сейчас, =сейчас я, =сейчас в, в командировка, =я в отпуске, =мы в отпуске, =нахожусь,
            =живу, =живем, =вернулись, =вернулся, =вернулась, =приехали из, наш завод, наш филиал,
            i'm in, i am in, i was in, we were in, i live, i'm away, lives in, live in, back from,
            our colleagues in, colleague in, the team in
            """,
    },
    "fetching": {
        2: """
            забрать, забирать, получить, сдать, подойти, подходить, занести, оставить в,
            взять в, collect, pick up, pick it up, pick them up, drop off, hand in, hand it in,
            sign in at, report to, come to, =go to, return it to, drop it
            """,
    },
    "no place": {
        2: """
            =ip, ip-адрес, узел, сервер, дата-центр, цод, вход в аккаунт, войти, вошли, сеанс,
            устройство, браузер, карта *, платеж, покупка, списание, операция, банкомат,
            удаленно, онлайн, онлайн-встреча, зум, видеосвязь, скайп, по московский время,
            по мск, часовой пояс, время московский, ip address, sign-in, signed in, login,
            logged in, browser, server, data center, data centre, datacenter, host *, cluster,
            rack, card ending, transaction, charged, purchase, zoom, microsoft teams,
            google meet, online, remotely, dial-in, video call, webex, region
            """,
    },
}
