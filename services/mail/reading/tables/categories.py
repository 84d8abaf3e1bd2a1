"""Words that say what a letter is about, by what its reader must do with it.

3: the letter can hardly be about anything else; 2: likely; 1: it speaks for it beside others.
"carriage" is delivery where a system writes, and small talk or trade where a person does.
"""

from typing import Final

from services.mail.reading.lexicon import Table

TABLE: Final[Table] = {
    "study": {
        3: """
            лекция, семинар, коллоквиум, деканат, зачет, экзамен, сессия, экзаменационный,
            пересдача, студент, аспирант, дипломный, диплом, курсовой, курсовая работа, реферат,
            контрольная работа, лабораторная, лабораторный работа, домашний задание, домашка,
            учебный, преподаватель, лектор, учебная часть, методист, зачетка, ведомость,
            академический задолженность, расписание занятие, родительский собрание, школьник,
            ученик, классный руководитель, научный руководитель, вуз, факультет, стипендия,
            приемный комиссия, выпускной квалификационный, вкр, егэ, огэ, сдача задание,
            вебинар курс, куратор курс, студенческий, олимпиада, практикум, внеурочный, lecture,
            seminar, coursework, essay, dissertation, thesis, exam, examination, midterm,
            syllabus, tutorial, problem set, homework, student, undergraduate, postgraduate,
            lecturer, professor, faculty, registrar, semester, lesson, pupil, tutor, quiz,
            grade, parents evening, parents' evening, assignment, academic, school trip,
            module choice, viva, resit, teaching assistant, office hours, class teacher,
            head teacher, headteacher, course material, lab report, extension request, marking
            """,
        2: """
            занятие, курс, модуль, урок, кафедра, конспект, учебник, методичка, тезис,
            университет, институт, группа, пара, защита, практика, оценка, балл, консультация,
            староста, школа, дисциплина, куратор, наставник, ревьюер, задача, глава, билет,
            обучение, слушатель, зачисление, класс, вариант, дедлайн по, абитуриент, тест,
            семестр, учитель, course, class, module, university, college, campus, chapter,
            supervisor, reading list, textbook, lab, enrolled, enrol, enroll,
            deadline extension, learner, candidate, mark, credit, degree, practical,
            workshop session, school, teacher, cohort, lectures, course page, module page,
            handbook, revision, dean
            """,
        1: """
            сдать, проверить, решение, материал, аудитория, изучать, подгруппа, поток,
            презентация, submission, submit, notes, slides, chapters, study, learn, graded, term
            """,
    },
    "meeting": {
        3: """
            встреча, совещание, созвон, планерка, заседание, переговоры, собеседование, летучка,
            созвониться, синк, повестка, перенос встреча, приглашать на встреча, стендап,
            ретроспектива, общий собрание, собрание, митап, корпоратив, вечеринка, новоселье,
            meeting, interview, standup, stand-up, one-to-one, 1-1, agenda, reschedule, retro,
            conference call, catch-up, catch up, kick-off, kickoff, sync, town hall, dinner,
            party, housewarming, barbecue, get-together, invitation, video call, offsite,
            board meeting, zoom call, brunch
            """,
        2: """
            come at, come over, come round, roast, =приходи, =приходите, =приезжай, =приезжайте,
            пригласить, приглашение, приглашать, перенести, переносить, переноситься, перенос,
            встретиться, собраться, собираться, звонок, конференция, переговорная, переговорка,
            ужин, обед, день рождения, праздник, юбилей, свадьба, презентация, пикник, шашлык,
            репетиция, тренировка, игра, матч, турнир, круглый стол, воркшоп, поход, демо,
            состояться, приходить, вариант время, удобный время, invite, call, lunch, coffee,
            drinks, workshop, calendar, postpone, move our, rehearsal, training session, match,
            wedding, birthday, gathering, time slot, diary, join us, suit you, works for you,
            free on, are you free, meet, meet-up, meetup, picnic, walk, book club, barbeque,
            cancelled meeting, event, concert
            """,
        1: """
            участник, прийти, подойти, слот, время, собрать, обсудить, attend, join, slot,
            available, discuss, participants, rsvp
            """,
    },
    "money": {
        3: """
            счет за, счет на оплата, к оплата, оплатить, квитанция, чек, задолженность, пени,
            платеж, перевод средство, зачислить, списание, списать, выписка, лицевой счет,
            налог, кредит, ипотека, карта *, авансовый отчет, командировочный, суточные,
            арендный плата, плата за квартира, оплата за квартира, возмещение, зарплата, взнос,
            скидываться, скинуться, собирать на, сдать деньги, возврат средство,
            операция по карта, покупка на, штраф, страховой взнос, показание счетчик,
            доступно *, кассовый чек, тариф, счет-фактура, реквизит, квартплата, коммунальный,
            пошлина, баланс, автоплатеж, подписка продлить, invoice, receipt, payment,
            amount due, statement, overdue, direct debit, transaction, balance due, expense,
            expenses, reimbursement, reimburse, rent, bill, remittance, salary, payslip, tax,
            purchase, charged, card ending, total due, chip in, bank transfer, utility bill,
            subscription renewal, deposit, iban, renewal fee, council tax, mortgage, loan,
            credit card, tuition fee, paid, pay
            """,
        2: """
            оплата, деньги, рубль, руб, стоимость, сумма, долг, перевести на карта, перевести,
            бухгалтерия, банк, начислить, комиссия, остаток, средство, тысяча рубль, кешбэк,
            кэшбэк, страховка, коммуналка, расход, чаевые, залог, money, refund, cost, total,
            account number, bank, owe, cash, transfer, budget line, debit, credit, finance,
            premium, your card, charge, vat, accounts payable, claim, splitting, split
            """,
        1: """
            payroll, цена, fee, price, подписка, стоить, получатель, плательщик, per month,
            currency, billing, amount
            """,
    },
    "security": {
        3: """
            код подтверждение, код для вход, код вход, одноразовый код, одноразовый пароль,
            смена пароль, сменить пароль, сбросить пароль, сброс пароль, восстановление пароль,
            вход в аккаунт, вход с новый устройство, новый устройство, новый вход,
            подозрительный активность, подозрительный вход, двухфакторный, второй фактор, взлом,
            утечка, пароль найти, пароль, заблокировать, подтвердить данные,
            подтвердить учетный запись, безопасность аккаунт, никому * не сообщать,
            никому не сообщать, код никому, фишинг, войти с, попытка вход, подтвердить адрес,
            подтвердить почта, подтвердить email, доступ прекратить, ключ доступ,
            verification code, security code, one-time code, one-time password, passcode,
            sign-in, password, reset your password, new device, suspicious activity, suspicious,
            two-factor, 2fa, unusual activity, security alert, account suspended,
            verify your account, log-in, verify your identity, unauthorised, unauthorized,
            breach, compromised, hacked, phishing, new sign-in, login attempt,
            confirm your email, verify your email, login code, passkey, recovery code,
            locked your account, access token, deploy token, token expire, token will expire,
            api key, personal access token, ssh key, authenticator, freeze your card,
            frozen your card, frozen the card, card is frozen, block your card,
            blocked your card, card has been blocked, заблокировать карта, карта заблокирован
            """,
        2: """
            учетный запись, аккаунт, безопасность, злоумышленник, мошенник, код, блокировка,
            сеанс, устройство, ip-адрес, авторизация, account, security, sign in, log in,
            signed in, logged, ip address, device, code, blocked, verify, credential, locked,
            fraud, unrecognised, unrecognized, session, credentials
            """,
        1: """
            вход, доступ, почтовый ящик, login, access, mailbox, browser
            """,
    },
    "delivery": {
        3: """
            посылка, пункт выдача, постамат, трек-номер, заказ прибыть, заказ ждать,
            отправление прибыть, записать на прием, запись на прием, прием врач, прием к,
            заказ готов, заказ отправить, заказ можно, хранение, срок хранение, код получение,
            номер отслеживание, отслеживать, почтовый отделение, талон, ваш заказ, вы записаны,
            запись к, вас записать, записать к, кардиолог, терапевт, педиатр, невролог, окулист,
            поликлиника, приезд мастер, мастер приехать, визит мастер, самовывоз, ячейка,
            приём состояться, врач, перенос прием, перенести прием, стоматолог, parcel, package,
            tracking number, pickup point, pick-up point, locker, your order, appointment,
            dentist, gp surgery, clinic, collect your, ready for collection, ready to collect,
            doorstep, engineer visit, vet, optician, table for
            """,
        2: """
            заказ, забрать, получение, прием, запись, почта россия, осмотр, order, track,
            tracking, patient, nurse, doctor, hygienist, postbox, drop-off, pick up
            """,
        1: """
            collect, collection, адрес, штрихкод, паспорт, окно, address, barcode, slot, pick
            """,
    },
    "carriage": {
        3: """
            билет на, электронный билет, посадочный талон, бронирование, бронь, рейс, отель,
            гостиница, заезд, выезд, вылет, вагон, поезд, регистрация на рейс, сеанс, доставка,
            курьер, доставить, delivery, courier, shipped, shipment, boarding pass, itinerary,
            e-ticket, booking, reservation, check-in, flight, departure, train ticket, ticket,
            hotel, dispatched, dispatch, delivered, deliver, depot, your booking, your ticket,
            seat reservation, out for delivery, our driver, you are booked, you're booked,
            is booked
            """,
        2: """
            билет, отправление, прибытие, маршрут, перевозчик, пассажир, склад, упаковка, гость,
            carrier, driver, sorting, passenger, seat, coach, arrival, check-out, guests
            """,
    },
    "personal": {
        3: """
            целовать, обнимать, скучать, мама, папа, бабушка, дедушка, доченька, сынок, внук,
            внучка, тетя, дядя, поздравлять с день, мамочка, солнышко, любимый, родной, сосед,
            соседка, крестник, племянник, племянница, братишка, хозяйка квартира, кошка, собака,
            котенок, временный регистрация, однокурсник, одноклассник, муж, жена, свекровь,
            теща, mum, mom, dad, grandma, granny, grandad, love, hugs, xx, xxx, auntie, aunt,
            uncle, nephew, niece, miss you, kisses, neighbour, neighbor, landlord, landlady,
            congratulations on your, congratulations on the, the baby, happy birthday,
            my husband, my wife, the cat, the dog, cousin, sis, babysit, honeymoon, the kids,
            spare key, the boiler, lodger, flatmate, housemate
            """,
        2: """
            сын, дочь, дочка, брат, сестра, кот, пес, дача, огород, дети, ребенок, поздравлять,
            подъезд, квартира, рецепт, варенье, пирог, сад, велосипед, баня, рыбалка, здоровье,
            подарок, кран, сантехник, домофон, ванная, ремонт, ключ, приют, son, daughter,
            brother, sister, cat, dog, recipe, bike, kids, baby, flat, allotment, wedding,
            friend, jam, present, photos, cake, boiler, tenancy, plants, lovely, sofa, puppy,
            knitting
            """,
        1: """
            kitchen, weather, holiday, weekend, house, garden, кухня, дом, погода, отпуск,
            выходные, =привет, =ты, =тебя, =тебе, =твой, дорогой, соскучиться, =hi, hey, dear,
            yours, =cheers, хороший, удивительный, funny, lovely
            """,
    },
    "closing words": {
        1: """
            до встреча, до скорый встреча, рад встреча, see you, meet our, meet the deadline,
            nice to meet, nice meeting, good meeting you
            """,
    },
    "work": {
        3: """
            договор, проект договор, смета, тендер, релиз, заказчик, клиент, подрядчик,
            поставщик, коммерческий предложение, согласование, акт, макет, бриф, рукопись,
            техзадание, технический задание, продакшен, деплой, прод, сервер, баг, отдел,
            поставка, вакансия, резюме, бюджет, протокол разногласие, презентация для,
            служебный записка, накладная, contract, proposal, client, customer, stakeholder,
            deploy, release, sow, deliverable, manuscript, reviewer, redline, agreement, vendor,
            supplier, quarterly, tender, roadmap, production, pull request, spreadsheet,
            board pack, trustees, grant, press release, merge, draft, onboarding, applicant,
            job, vacancy, layout, brief, estimate, audit, auditor
            """,
        2: """
            коллега, отчет, проект, задача, документ, таблица, файл, вложение, сотрудник,
            директор, руководство, отгрузка, версия, правка, статья, журнал, сборник, команда,
            план, начальник, colleague, report, project, task, document, file, attached,
            attachment, team, manager, director, version, edit, feedback, review, figures,
            numbers, committee, launch, legal, journal, sprint, ticket queue, policy, data,
            invoice template, approval, sign off
            """,
        1: """
            согласовать, утвердить, подписать, подготовить, срок, approve, sign, update,
            schedule, confirm, prepare, q1, q2, q3, q4
            """,
    },
}
