"""Words of asking: what a writer wants back, where an answer goes, and what only sounds like it."""

from typing import Final

from services.mail.reading.lexicon import Table

TABLE: Final[Table] = {
    "answer verb": {
        1: """
            ответить, отвечать, подтвердить, подтверждать, прислать, присылать, выслать,
            высылать, отправить, скинуть, сбросить мне, сообщить, выбрать, написать, отписаться,
            сказать, решить, перезвонить, позвонить, набрать, уточнить, рассказать, дать знать,
            дать ответ, направить, переслать, поделиться, предложить, согласовать, утвердить,
            прокомментировать, подсказать, посоветовать, отозваться, откликнуться, определиться,
            оценить, проголосовать, назвать, указать в ответ, согласиться, маякнуть, черкнуть,
            кинуть, вернуть подписанный, подписать, ответь, предупредить, звонить, пояснить,
            объяснить, поставить в известность, дать обратный связь, представить, предоставить,
            сформулировать, пересылать, писать, выбирать, reply, respond, answer, confirm, send,
            email, let me know, let us know, let him know, let her know, tell, choose, pick,
            call, ring, phone, text, write, write back, revert, get in touch, be in touch,
            contact me, contact us, отметиться, drop me, drop us, get back to, get it back,
            come back to, share, forward, provide, sign, rsvp, return, advise, suggest, vote,
            decide, give me, give us, approve, comment, say, shout, explain, message, nominate,
            put your name, sign up with me, clarify, indicate, propose, state, name, speak up,
            weigh in
            """,
    },
    "come verb": {
        1: """
            прийти, приходить, приехать, приезжать, подойти, зайти, заходить, заглянуть,
            явиться, присутствовать, присоединяться, присоединиться, поучаствовать, забежать,
            подъехать, заехать, подтягиваться, быть на месте, come, join us, join me, attend,
            stop by, drop in, drop by, pop in, pop round, pop by, come along, come round,
            come over, swing by
            """,
    },
    "do for me": {
        1: """
            посмотреть, глянуть, взглянуть, проверить, помочь, поправить, забронировать,
            подготовить, прочитать, узнать, спросить, взять, сделать, найти, достать, составить,
            заполнить, организовать, привезти, купить, захватить, посчитать, help, check, look,
            review, read, find, book, bring, prepare, fix, do, take, cover, make, write up,
            put together, ask, arrange, scan, complete, fill
            """,
    },
    "asking": {
        1: """
            =можешь, =можете, =сможешь, =сможете, =мог, =могла, =могли, =прошу, =просим,
            =просьба, =просила, =просил, =попрошу, =попросим, =хочу попросить, =надо, =нужно,
            =необходимо, =требуется, =хотелось, =давай, =давайте, =успеешь, =успеете,
            =прошу вас, =будьте добры, =будь добр, =обязательно, =need to, =need you,
            =needs you, =could you, =can you, =would you, =will you, =could we, =can we,
            =could each, =could one, =can each, =can one, =can someone, =could someone,
            =can anyone, =could anyone, =may i ask, =ask you, =asking you, =would like you,
            =you to, =if you could, =would mind, =mind, =i'd love, =we'd love, =must
            """,
    },
    "grateful": {
        2: """
            благодарный, признательный, =здорово, =классно, =отлично, =прекрасно, =чудесно,
            =супер, =очень поможет, =выручишь, =выручите, =рад, =рада, =хорошо бы,
            =замечательно, =удобно будет, grateful if, appreciate if, appreciate it if,
            great if, good if, lovely if, wonderful if, helpful if, brilliant if, kind if,
            nice if, help if, love it if, thankful if, obliged if, fantastic if, perfect if,
            would be ideal, would be great, would be lovely, would be helpful,
            would be wonderful
            """,
    },
    "wait": {
        1: """
            =жду, =ждем, =ожидаю, =ожидаем, await, awaiting, expect, expecting
            """,
    },
    "answer thing": {
        1: """
            ответ, замечание, правка, отчет, предложение, решение, цифра, файл, список,
            документ, фото, фотография, скан, черновик, слайд, подтверждение, комментарий,
            звонок, отклик, план, тезис, данные, вариант, мнение, согласие, отзыв, показание,
            заявка, справка, копия, оригинал, письмо, текст, презентация, таблица, смета, акт,
            answer, reply, response, comment, comments, feedback, confirmation, decision, draft,
            figures, numbers, report, list, copy, slides, suggestions, corrections, thoughts,
            choice, availability, yours
            """,
    },
    "please": {
        1: """
            =пожалуйста, =плиз, =пожалста, =please, =pls, =kindly, =plz
            """,
    },
    "awaiting": {
        3: """
            =жду ответа, =жду твоего ответа, =жду вашего ответа, =ждем ответа,
            =ждем вашего ответа, =жду ответ, =жду ваш ответ, =ждем ваш ответ,
            =жду обратной связи, =ждем обратной связи, =жду ваших, =жду вашего, =жду вашей,
            =ждем ваших, =ждем вашего, =жду твоих, =жду твоего, =жду твоей, =жду от вас,
            =жду от тебя, =ждем от вас, =жду подтверждения, =ждем подтверждения, =жду решения,
            =жду звонка, =жду вестей, =жду новостей, =жду списки, =жду на почту, =жду ответом,
            =жду письмом, =жду в ответ, =жду предложений, =ждем предложений, =ждем предложения,
            =жду предложения, =жду замечаний, =жду замечания, =жду правок, =жду правки,
            =жду комментариев, =жду комментарии, =жду файл, =жду файлы, =жду отчет, =жду отчеты,
            =жду документы, =жду список, =жду вас, =жду тебя, =ждем вас, =ждем тебя,
            =ждем в гости, =хотелось бы получить ответ, =хотелось бы услышать, =буду ждать,
            =будем ждать, =с нетерпением жду, =прошу ответа, =нужен ответ, =нужен твой,
            =нужен ваш, =нужна твоя, =нужна ваша, =нужно твое, =нужно ваше, =нужны ваши,
            =нужны твои, =как вам, =как тебе, =хотел узнать, =хотела узнать, =хотели узнать,
            =хотел уточнить, =хотела уточнить, =хотели уточнить, =хотел спросить,
            =хотела спросить, =хотели спросить, =хотелось бы узнать, =важно знать,
            =важно понимать, =нужно знать, =надо знать, =надо понять, =нужно понять,
            =интересует, =хочу услышать, =хочу знать, =хотел бы знать, =хотела бы знать,
            =хочется знать, =интересно узнать, =твое мнение, =ваше мнение, =что скажешь,
            =что скажете, =что думаешь, =что думаете, =ответ нужен, =ответным письмом,
            =в ответном письме, =ответом на это письмо, =в ответ на это письмо,
            =явка обязательна, =кто сможет, =кто готов, =кто может, =кто за,
            look forward to your, looking forward to your, look forward to hearing,
            looking forward to hearing, hear from you, hear back from you, hear your thoughts,
            your thoughts, i await your, we await your, awaiting your, waiting for your,
            waiting on your, waiting on you, waiting for you, need your, need a reply,
            need an answer, need a yes, need a decision, need an ok, rsvp, your answer,
            your reply, your view on, what you think, your call, your confirmation,
            i need from you, is all i need, all i need is, want to know, would like to know,
            love to know, love to hear, wanted to check, want to check, wanted to ask,
            want to ask, like to ask, was wondering, checking whether, checking if,
            curious whether, keen to know, keen to hear, need to know, like to hear,
            would like to hear, wondering if you, wondering whether you, wondered if you,
            wondered whether you, wonder if you, a quick yes, a yes or no, yes or no,
            a line back, by return, give me a call, give us a call, give me a ring,
            give me a shout, give me a bell, i'd like your, we'd like your, i would like your,
            appreciate your, on your side we need, would be grateful for your, be most helpful,
            if you are able to, whether you can, whether you could, whether you are able,
            see if you could, hoping you could, hoping you can, hope you can, hope you could,
            hoping you might
            """,
    },
    "inviting": {
        2: """
            =приглашаю, =приглашаем, =приглашаю вас, =приглашаем вас, =зову, =зовем,
            =invite you, =inviting you, =you are invited, =you're invited, =love you to join,
            =like you to join, =love you to come, =love it if you
            """,
    },
    "by portal": {
        2: """
            на портал, в личный кабинет, через личный кабинет, по ссылка, в форма, через форма,
            заполнить форма, гугл-форма, заполнить анкета, на сайт, через сайт, на платформа,
            в система, через система, загрузить, загрузите, загружать, в приложение,
            через приложение, в журнал, в электронный журнал, в мудл, в moodle, в чат,
            в таблица, в общий таблица, зарегистрироваться, в опрос, пройти опрос, на страница,
            в репозиторий, в трекер, в общий папка, по кнопка, через госуслуги, на госуслуги,
            отметиться в, upload, on the portal, via the portal, through the portal,
            in the portal, online form, the form, this form, a form, google form, on moodle,
            via moodle, on canvas, on blackboard, through the website, on the website,
            on our website, via the link, using the link, by following the link, the link below,
            click, in the app, via the app, through the app, register at, register online,
            register via, sign up at, sign up via, survey, on the page, to the page,
            module page, course page, dashboard, log in to, sign in to, the doodle, doodle,
            poll, online, spreadsheet, the sheet, the shared, tracker, self-service,
            to the repository, the submission system, the system
            """,
    },
    "by payment": {
        2: """
            оплатить, оплачивать, перевести, переводить, скинуться, скинуть по, скинуть *,
            скидывать, скидываться, сдать деньги, внести, погасить, заплатить, доплатить,
            перечислить, перевод, оплата, pay, transfer, chip in, paypal, venmo, settle,
            deposit, bank transfer, payment
            """,
    },
    "by letter": {
        2: """
            =мне, =нам, =в ответ, =ответом, =ответным, =письмом, на почта, по почта, =почтой,
            секретарь, =ответьте, =ответь, =напишите, =напиши, =сообщите, =сообщи, =скажи,
            =скажите, =подтверди, =подтвердите, =me, =us, =reply, =back, =by email, =respond,
            =tell, =confirm
            """,
    },
    "phrase only": {
        2: """
            если * вопрос, если возникнуть, если будут вопросы, если остались вопросы,
            если появиться, если что, если у вас, если понадобиться, если захотеть,
            если нужна помощь, если нужно что-то, по всем вопросам, по любым вопросам,
            в случае вопрос, при возникновение, при необходимость, с вопрос, задать вопрос,
            задавать вопрос, вопрос задавать, вопрос писать, пожалуйста обращаться, обращаться,
            в любое время, всегда на связи, буду рад помочь, буду рада помочь, не стесняться,
            звоните если, any question, any query, any queries, any concern, any problem,
            any issue, any further, any doubt, any trouble, questions or, if you have questions,
            if anything, further questions, if you need, if you'd like, should you have,
            should you need, should anything, feel free, don't hesitate, do not hesitate,
            for questions, for any, for queries, please note, please find, please see,
            please be aware, please remember, please ignore, please disregard, please don't,
            please do not, happy to answer, if in doubt, if you run into, if you get stuck,
            if you want to, if you can't, if you cannot, if you're unable, if you are unable,
            if not, if something, in case of, if there's anything, if there is anything,
            if it doesn't, unless
            """,
    },
    "negated": {
        2: """
            =не нужно, =не надо, =не стоит, =не обязательно, =необязательно, =не требуется,
            =можно не, =не отвечайте, =не отвечай, =отвечать не нужно, =отвечать не надо,
            =ответ не требуется, =ответа не требуется, =ответа не жду, =не пишите,
            =не присылайте, =не звоните, =не беспокойтесь, =не надо отвечать, =ничего не нужно,
            =ничего не надо, =ничего делать не, =ничего присылать, =no need, =nothing needed,
            =don't need to, =not need to, =needn't, =no reply needed, =no reply necessary,
            =no response needed, =no answer needed, =no action, =nothing further, =don't reply,
            =don't bother, =nothing is needed, =nothing for you to do, =needs no
            """,
    },
    "already": {
        1: """
            =как и просили, =как ты просил, =как вы просили, =как просил, =как просила,
            =спасибо за ответ, =спасибо что, =уже, =вы спрашивали, =ты спрашивал,
            =ты спрашивала, =you asked, =as you asked, =as requested, =you sent,
            =thanks for sending, =thank you for sending, =thanks for confirming,
            =thank you for confirming, =already
            """,
    },
}
