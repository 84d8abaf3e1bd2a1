"""The places one is to be at, as written: rooms, streets, venues, towns, and what is none."""

import pytest

from services.mail.parsing.letter import Invitation
from services.mail.reading.names import NatashaNames
from services.mail.reading.places import find_places
from services.mail.reading.scan import scan_letter
from tests.mail.made_letters import make_letter, read_letter

RUSSIAN = [
    (
        "Встречаемся в субботу в 12:00 у входа в Третьяковскую галерею.",
        ["входа в Третьяковскую галерею"],
    ),
    (
        "Занятие в среду переносится в аудиторию 214 главного корпуса.",
        ["аудиторию 214 главного корпуса"],
    ),
    ("Рейс SU 1234 Москва (SVO) — Казань (KZN), вылет 14:20.", ["Москва", "Казань"]),
    (
        (
            "Ждём вас на собеседование 5 марта в 11:00 по адресу: г. Казань, ул. "
            "Баумана, д. 12, офис 304."
        ),
        ["г. Казань, ул. Баумана, д. 12, офис 304"],
    ),
    ("Конференция пройдёт в Новосибирске 10–12 октября.", ["Новосибирске"]),
    ("Давай в семь в баре «Якорь» на Пятницкой.", ["баре «Якорь» на Пятницкой"]),
    ("Приезжай к нам на дачу в Кратово, улица Лесная, 5.", ["Кратово, улица Лесная, 5"]),
    ("Экзамен в 305 аудитории, начало в 10.", ["305 аудитории"]),
    ("Собрание жильцов состоится в актовом зале школы № 17.", ["актовом зале школы № 17"]),
    ("Зачёт примем 20 декабря в 14:00, ауд. 5-12, корпус «Г».", ["ауд. 5-12, корпус «Г»"]),
    ("Оплатите счёт до пятницы. Банк «Столица», Москва.", []),
    ("Вход в аккаунт из города Самара, IP 10.0.0.1", []),
    (
        (
            "Московский государственный университет приглашает на день открытых "
            "дверей 3 апреля в Главном здании МГУ, Ленинские горы, 1."
        ),
        ["Главном здании МГУ, Ленинские горы, 1"],
    ),
    (
        ("Записали вас к стоматологу: клиника «Дентал», Невский проспект, 88, кабинет 3."),
        ["клиника «Дентал», Невский проспект, 88, кабинет 3"],
    ),
    ("Концерт в Доме культуры «Рассвет» в 18:00.", ["Доме культуры «Рассвет»"]),
    ("Лекция переносится в Большую физическую аудиторию.", ["Большую физическую аудиторию"]),
    ("Встречу вас на Казанском вокзале у табло.", ["Казанском вокзале"]),
    (
        "Сбор на станции метро «Сокольники» в 9:30, оттуда едем в парк.",
        ["станции метро «Сокольники»"],
    ),
    ("Занятия проходят онлайн в Zoom.", []),
    ("Семинар состоится в конференц-зале на третьем этаже.", ["конференц-зале на третьем этаже"]),
    (
        "Самовывоз со склада: Химки, ул. Заводская, 15, стр. 3.",
        ["Химки, ул. Заводская, 15, стр. 3"],
    ),
    (
        ("Курьер привезёт заказ по адресу: Екатеринбург, ул. Малышева, 51, кв. 8."),
        ["Екатеринбург, ул. Малышева, 51, кв. 8"],
    ),
    ("Мы с Аней вернулись из Сочи, было здорово.", []),
    ("В Твери сейчас дождь, а у нас солнце.", []),
    ("Отель «Волна», Сочи, ул. Морская, 3. Заезд 5 июля.", ["Отель «Волна», Сочи, ул. Морская, 3"]),
    ("Вылет из Пулково 3 июня в 08:15, прилёт в Сочи в 11:40.", ["Пулково", "Сочи"]),
    (
        "Приём ведётся по адресу: проспект Мира, дом 101, стр. 1, кабинет 4.",
        ["проспект Мира, дом 101, стр. 1, кабинет 4"],
    ),
    (
        "Тренировка сегодня в спортзале школы № 5 на Садовой улице.",
        ["спортзале школы № 5 на Садовой улице"],
    ),
    ("Банкет в ресторане «Прага», Арбат, 2.", ["ресторане «Прага», Арбат, 2"]),
    ("Защита пройдёт в зале учёного совета, 4-й этаж.", ["зале учёного совета, 4-й этаж"]),
    (
        "Репетиция в 18:30 в музыкальной школе на Горького, 12.",
        ["музыкальной школе на Горького, 12"],
    ),
    ("Контрольная будет в кабинете химии.", ["кабинете химии"]),
    ("Автобус отходит от школы в 8:00, едем в Суздаль.", ["Суздаль"]),
    (
        "Собираемся в библиотеке имени Некрасова, Бауманская, 58/25.",
        ["библиотеке имени Некрасова, Бауманская, 58/25"],
    ),
    (
        ("Мастер приедет к вам 7 июня: г. Пермь, бульвар Гагарина, 30, подъезд 2, кв. 45"),
        ["г. Пермь, бульвар Гагарина, 30, подъезд 2, кв. 45"],
    ),
    ("Выставка открыта в Музее Москвы.", ["Музее Москвы"]),
    ("Собираемся завтра в 18:00, актовый зал, второй этаж.", ["актовый зал, второй этаж"]),
    (
        "Место проведения: читальный зал областной библиотеки.",
        ["читальный зал областной библиотеки"],
    ),
    ("Где: конференц-зал «Енисей».", ["конференц-зал «Енисей»"]),
    ("Начало в 19:00 во дворе дома 14.", ["дворе дома 14"]),
    ("Жду тебя у памятника Пушкину в семь вечера.", ["памятника Пушкину"]),
    ("Документы заберите на вахте общежития № 4.", ["вахте общежития № 4"]),
    ("Приём ведёт МФЦ на Советской, 12, окно 5.", ["МФЦ на Советской, 12, окно 5"]),
    ("Вы записаны: поликлиника № 3, каб. 15, 12 мая в 9:40.", ["поликлиника № 3, каб. 15"]),
    ("Практика по химии будет в лаборатории 214, корпус Е.", ["лаборатории 214, корпус Е"]),
    (
        "Встреча выпускников состоится в Ярославле, в гостинице «Волжанка».",
        ["Ярославле, в гостинице «Волжанка»"],
    ),
    ("Выезжаем в субботу в Коломну, сбор у метро «Выхино».", ["Коломну", "метро «Выхино»"]),
    ("Ключи оставлю у консьержа.", []),
    (
        ("Переговоры проведём в офисе на Тверской, 18, 4-й этаж, переговорная 2."),
        ["офисе на Тверской, 18, 4-й этаж, переговорная 2"],
    ),
    ("Ваш рейс из Екатеринбурга в Сочи перенесён на 17:20.", ["Екатеринбурга", "Сочи"]),
    ("Заселение в общежитие с 28 августа, корпус 3, комната 407.", ["корпус 3, комната 407"]),
    ("Репетиция хора в музыкальном классе в четверг в 16:00.", ["музыкальном классе"]),
    ("Защита курсовых 4 июня в 11:00, к. 318.", ["к. 318"]),
    ("Сессия пройдёт в Самаре с 3 по 7 июля.", ["Самаре"]),
    ("Турнир проходит в спортивном комплексе «Олимп».", ["спортивном комплексе «Олимп»"]),
    ("Подходите к стойке регистрации в холле гостиницы.", ["стойке регистрации в холле гостиницы"]),
    ("Вебинар проведём в Zoom, ссылка придёт позже.", []),
    ("Обед в столовой на первом этаже в 13:00.", ["столовой на первом этаже"]),
    (
        ("Посмотреть квартиру можно в среду в 19:00: Лесной проезд, 8, подъезд 1."),
        ["Лесной проезд, 8, подъезд 1"],
    ),
    ("Наша компания из Омска поставляет оборудование по всей России.", []),
    ("Коллеги из Новосибирска прислали отчёт.", []),
    ("Ольга сейчас в Праге, вернётся в среду.", []),
    ("Семинар в среду, 15:20, 2-й учебный корпус, ауд. 110.", ["2-й учебный корпус, ауд. 110"]),
    ("Прошу подойти в кабинет директора в 10:00.", ["кабинет директора"]),
    ("Мастер-класс 3 марта в 12:00 в детской библиотеке № 9.", ["детской библиотеке № 9"]),
    (
        ("Ваш столик в кафе «Тёплое место» (Большая Морская, 30) ждёт вас в 20:00."),
        ["кафе «Тёплое место» (Большая Морская, 30)"],
    ),
    ("Игра в субботу на стадионе «Труд», сектор 3.", ["стадионе «Труд», сектор 3"]),
    ("Приезжайте к 9 утра на склад № 2.", ["склад № 2"]),
    ("Комиссия работает в зале заседаний администрации.", ["зале заседаний администрации"]),
    (
        (
            "Адрес доставки:\nг. Рязань, ул. Полевая, д. 11, кв. 40\nТелефон "
            "курьера придёт отдельно."
        ),
        ["г. Рязань, ул. Полевая, д. 11, кв. 40"],
    ),
    (
        ("Пункт выдачи: Воронеж, Московский пр-т, 90/1, вход со двора\nСрок хранения 7 дней."),
        ["Воронеж, Московский пр-т, 90/1"],
    ),
    (
        ("Отель\nГостевой дом «Причал»\nг. Выборг, Крепостная ул., 15\nЗаезд: 4 июля, после 14:00"),
        ["Гостевой дом «Причал» г. Выборг, Крепостная ул., 15"],
    ),
    (
        (
            "Маршрут: Казань – Ульяновск\nОтправление 8 мая в 06:30, автовокзал "
            "«Столичный», платформа 3."
        ),
        ["Казань", "Ульяновск", "автовокзал «Столичный», платформа 3"],
    ),
    (
        (
            "Приглашаем на научный семинар кафедры. Он пройдёт 14 марта в 16:00 в "
            "комнате 7-02 (седьмой этаж нового корпуса)."
        ),
        ["комнате 7-02 (седьмой этаж нового корпуса)"],
    ),
    (
        ("Мы переезжаем: с 1 июня офис будет по адресу Большая Дмитровка, 32, строение 4."),
        ["Большая Дмитровка, 32, строение 4"],
    ),
    (
        ("Собеседование пройдёт в нашем офисе: м. «Белорусская», Лесная ул., д. 7, 9 этаж."),
        ["м. «Белорусская», Лесная ул., д. 7, 9 этаж"],
    ),
    (
        ("Встречаемся в 10:00 у касс Киевского вокзала, едем до станции Переделкино."),
        ["касс Киевского вокзала", "станции Переделкино"],
    ),
    ("Занятие по вождению: вторник, 8:00, площадка на Заречной, 14.", ["площадка на Заречной, 14"]),
    ("Поликлиника № 12\nКабинет 214\nВрач: окулист", ["Поликлиника № 12 Кабинет 214"]),
    (
        ("Ваше место: партер, ряд 7, место 12. Театр драмы, пл. Искусств, 1, начало в 19:00."),
        ["Театр драмы, пл. Искусств, 1"],
    ),
    (
        ("Родительское собрание пройдёт в кабинете литературы (второй этаж, налево)."),
        ["кабинете литературы (второй этаж"],
    ),
    ("Прививку от гриппа сделают 3 октября с 9 до 12 в медпункте.", ["медпункте"]),
    ("Сдать постельное бельё можно кастелянше, комната 102.", ["комната 102"]),
    (
        ("Студенческий билет можно забрать в учебной части, кабинет 5, с 14 до 17."),
        ["учебной части, кабинет 5"],
    ),
    ("Начинаем сезон в парке Горького, у ротонды, в 11 утра.", ["парке Горького"]),
    ("Приезжай на вокзал Тюмени к 15:20, вагон пятый.", ["вокзал Тюмени"]),
    ("Я сейчас в командировке в Перми, поэтому отвечу позже.", []),
    ("Наш завод в Липецке остановлен на ремонт.", []),
    (
        ("Доставим диван 15 мая по адресу: Московская обл., г. Мытищи, ул. Летная, 20, кв. 7."),
        ["Московская обл., г. Мытищи, ул. Летная, 20, кв. 7"],
    ),
    (
        "Сбор группы в аэропорту Шереметьево, терминал С, в 5:30.",
        ["аэропорту Шереметьево, терминал С"],
    ),
    ("Лекцию прочитает профессор из Цюриха, аудитория П-9.", ["аудитория П-9"]),
    (
        ("Сдать документы: Волгоград, пр-т Ленина, 28, ауд. 1-04 (приёмная комиссия)."),
        ["Волгоград, пр-т Ленина, 28, ауд. 1-04"],
    ),
    (
        "Кафе «Пенка», Тверь, Трёхсвятская, 12. Столик на имя Анны на 18:30.",
        ["Кафе «Пенка», Тверь, Трёхсвятская, 12"],
    ),
    ("Заберите пропуск в бюро пропусков (1 этаж).", ["бюро пропусков (1 этаж)"]),
    ("Суд назначен на 10:00 16 мая, зал № 5, ул. Кирова, 40.", ["зал № 5, ул. Кирова, 40"]),
    ("Встреча с классным руководителем в школе, кабинет 31.", ["школе, кабинет 31"]),
    ("Пожарная тревога учебная, сбор на парковке за зданием в 11:00.", ["парковке"]),
    ("Ключ от квартиры у соседки, квартира 48.", ["квартира 48"]),
    (
        "Экскурсия начинается у памятника Минину и Пожарскому в 12:00.",
        ["памятника Минину и Пожарскому"],
    ),
    (
        "Хор поёт в субботу в Доме учёных, Пречистенка, 16, белый зал.",
        ["Доме учёных, Пречистенка, 16, белый зал"],
    ),
    ("Документы отправлены почтой в Саратов.", []),
    ("Участковая комиссия № 311: школа № 9, ул. Чкалова, 3.", ["школа № 9, ул. Чкалова, 3"]),
]
ENGLISH = [
    ("We meet on Friday at 10:00 in Room 204, Science Building.", ["Room 204, Science Building"]),
    (
        "The lecture has moved to Lecture Theatre 2 in the Chemistry Building.",
        ["Lecture Theatre 2 in the Chemistry Building"],
    ),
    (
        "Your parcel is waiting at 14 High Street, Oxford OX1 4AA.",
        ["14 High Street, Oxford OX1 4AA"],
    ),
    ("Dinner at Luigi's on Saturday, 7pm?", ["Luigi's"]),
    ("The conference takes place in Lisbon, Portugal, from 3 to 5 June.", ["Lisbon, Portugal"]),
    ("Flight BA 117 from London to New York departs at 08:25.", ["London", "New York"]),
    ("Let's meet in the lobby at 6.", ["lobby"]),
    ("Please come to the library at 3pm.", ["library"]),
    (
        "Your appointment is at Riverside Clinic, 22 Bank Street, on 4 May.",
        ["Riverside Clinic, 22 Bank Street"],
    ),
    (
        "Interview: 3rd floor, Tower House, 5 Queen Square, Bristol BS1 4JE.",
        ["3rd floor, Tower House, 5 Queen Square, Bristol BS1 4JE"],
    ),
    ("Call on Zoom at 4pm.", []),
    ("New sign-in from Berlin, Germany on Chrome.", []),
    ("I was in Paris last week, lovely weather.", []),
    ("The exam is in the Sports Hall.", ["Sports Hall"]),
    ("Party at our place: Flat 2, 18 Elm Grove. Bring a bottle.", ["Flat 2, 18 Elm Grove"]),
    ("We'll be at The Crown from six.", ["The Crown"]),
    ("Workshop in Building 3, Room 12, starts 9 am.", ["Building 3, Room 12"]),
    ("The server in Frankfurt is down.", []),
    ("University of Leeds welcomes you.", []),
    (
        "Hotel: Grand Hotel, Via Roma 10, Turin. Check-in after 3pm.",
        ["Grand Hotel, Via Roma 10, Turin"],
    ),
    ("Pick it up from the front desk after 5pm.", ["front desk"]),
    ("Location: Main Hall, Community Centre", ["Main Hall, Community Centre"]),
    ("Where: Conference Room B, 2nd floor", ["Conference Room B, 2nd floor"]),
    ("Please arrive at Gate 14 by 10:30.", ["Gate 14"]),
    ("The talk is in the Turing Room at 4pm.", ["Turing Room"]),
    (
        ("Board meeting at 500 Market Street, Suite 300, San Francisco, CA 94105"),
        ["500 Market Street, Suite 300, San Francisco, CA 94105"],
    ),
    ("The tutorial is now in B1.15.", ["B1.15"]),
    ("We are meeting at the Natural History Museum on Sunday at 11.", ["Natural History Museum"]),
    ("See you at St Mary's Church, Church Lane at 2pm.", ["St Mary's Church, Church Lane"]),
    ("Please read Section 3 and Chapter 4 by Monday in English.", []),
    ("The seminar will be held in room C-301.", ["room C-301"]),
    ("Rehearsal is at the town hall at 7pm on Thursday.", ["town hall"]),
    (
        "Your driver will deliver to 12 Orchard Close, Reading, RG4 7AB.",
        ["12 Orchard Close, Reading, RG4 7AB"],
    ),
    ("Vet appointment at Paws & Claws, 9 Mill Road.", ["Paws & Claws, 9 Mill Road"]),
    ("Join us in the kitchen at 4 for cake.", ["kitchen"]),
    ("Meet me outside the station at noon.", ["station"]),
    ("The summer school takes place in Tartu, Estonia.", ["Tartu, Estonia"]),
    ("The viva will be in Room 3.14 of the Maths Building.", ["Room 3.14 of the Maths Building"]),
    (
        "We moved the meeting to the boardroom on the second floor.",
        ["boardroom on the second floor"],
    ),
    (
        "Your table at Osteria Nonna, 7 Dock Street is booked for 8pm.",
        ["Osteria Nonna, 7 Dock Street"],
    ),
    ("Check in at Terminal 5, Heathrow, two hours before departure.", ["Terminal 5, Heathrow"]),
    ("Please be in the staff room at 8.15 on Monday.", ["staff room"]),
    ("We'll meet at the Dog and Duck at 7pm.", ["Dog and Duck"]),
    ("Coffee at Café Milo on Bridge Street on Friday at 10?", ["Café Milo on Bridge Street"]),
    (
        ("The workshop runs on 4 May from 10:00 in Studio 2, Arts Centre, Leeds."),
        ["Studio 2, Arts Centre, Leeds"],
    ),
    (
        "Your appointment: Ward 7, St Luke's Hospital, 3 June at 9.20.",
        ["Ward 7, St Luke's Hospital"],
    ),
    ("Train from Leeds to York, departs 08:14, platform 4.", ["Leeds", "York", "platform 4"]),
    ("Collect the keys from reception.", ["reception"]),
    (
        ("The reading group meets in the Reading Room of the City Library at 6pm."),
        ["Reading Room of the City Library"],
    ),
    ("The AGM will be held on 5 June at 7.30pm in the village hall.", ["village hall"]),
    ("Sports day: Tuesday 9 June, 1pm, school field.", ["school field"]),
    (
        "Drinks on Thursday from 6 at The Blue Anchor, Harbour Street.",
        ["The Blue Anchor, Harbour Street"],
    ),
    ("Where: The Old Bakehouse, 4 Mill Lane", ["The Old Bakehouse, 4 Mill Lane"]),
    ("When: 7 May, 10:00. Where: Town Hall, Committee Room 2", ["Town Hall, Committee Room 2"]),
    (
        ("Interview at our offices: 12th floor, 1 Canada Square, London E14 5AB."),
        ["12th floor, 1 Canada Square, London E14 5AB"],
    ),
    (
        "The exam takes place in Hall B, Examination Centre, Park Road.",
        ["Hall B, Examination Centre, Park Road"],
    ),
    (
        "A parcel is waiting for you in Locker 22 at Elm Street Station.",
        ["Locker 22 at Elm Street Station"],
    ),
    ("Our Berlin office will send the figures.", []),
    ("My sister lives in Leeds and sends her love.", []),
    ("The team in Madrid finished the report.", []),
    (
        "Hotel Miramar, Calle Mayor 5, Cádiz. Check-in from 15:00.",
        ["Hotel Miramar, Calle Mayor 5, Cádiz"],
    ),
    ("The plumber comes on Friday to 27 Acacia Avenue.", ["27 Acacia Avenue"]),
    ("See you at the north gate of the park at 9.", ["north gate of the park"]),
    (
        "Viewing on Saturday at 11: Flat 6, Rosewood Court, 30 Hill Street.",
        ["Flat 6, Rosewood Court, 30 Hill Street"],
    ),
    (
        ("The seminar has moved to the Wolfson Room, second floor, Main Library."),
        ["Wolfson Room, second floor, Main Library"],
    ),
    ("Rooms: lecture in Theatre A, practical in Lab 3.", ["Theatre A", "Lab 3"]),
    ("The summer school will be in Aarhus, Denmark, 3-14 August.", ["Aarhus, Denmark"]),
    ("Charged £14.20 at Costa, Bristol on 3 May.", []),
    ("Lunch in the canteen at 12.30?", ["canteen"]),
    ("We gather at the scout hut on Saturday at 2pm.", ["scout hut"]),
    (
        ("Join us for the launch at Gallery Nine, 88 Dock Road, Liverpool L1 2AB."),
        ["Gallery Nine, 88 Dock Road, Liverpool L1 2AB"],
    ),
    ("The funeral is at St John's Church, Ashford, on Monday at 2.", ["St John's Church, Ashford"]),
    ("Please go to Counter 3 in the main hall with your passport.", ["Counter 3 in the main hall"]),
    ("Delivery to: 5 The Green, Shipton", ["5 The Green, Shipton"]),
    (
        "The course runs in Room 2.07 (Turing Building) every Tuesday.",
        ["Room 2.07 (Turing Building)"],
    ),
    ("The panel meets in Brussels on 12 June.", ["Brussels"]),
    ("I'm in Rome until Friday, so reply when you can.", []),
    ("Table for four at Bistro Verde, 7pm Saturday.", ["Bistro Verde"]),
    ("Yours, Tom, University of Exeter, Devon", []),
    ("Exhibition opens at the Whitworth Gallery on 5 May.", ["Whitworth Gallery"]),
    (
        ("Delivery address:\n14 Ferry Lane\nExeter EX2 4AB\nThe driver will ring."),
        ["14 Ferry Lane Exeter EX2 4AB"],
    ),
    ("Venue: Guildhall, Market Place, Wells\nDoors 7pm", ["Guildhall, Market Place, Wells"]),
    (
        (
            "The clinic is at 3 Station Road, Hitchin, next to the bakery. Your "
            "slot is 9:40 on 5 May."
        ),
        ["3 Station Road, Hitchin"],
    ),
    (
        "The defence is in Lecture Hall 3, Faculty of Law, on 8 June at 13:00.",
        ["Lecture Hall 3, Faculty of Law"],
    ),
    ("Induction: Monday 9am, Training Room 1, Harbour House.", ["Training Room 1, Harbour House"]),
    ("We fly from Bristol to Faro on 8 July.", ["Bristol", "Faro"]),
    ("Bring the samples to the lab on the third floor by noon.", ["lab on the third floor"]),
    (
        ("The hearing is on 3 June at 10am in Court 4, County Court, Quay Street, Manchester."),
        ["Court 4, County Court, Quay Street, Manchester"],
    ),
    ("Polling station: Scout Hall, Abbey Road. Open 7am to 10pm.", ["Scout Hall, Abbey Road"]),
    ("We are in the Green Room, second door on the left, from 5.30pm.", ["Green Room"]),
    (
        "Your table is booked at Saffron House, 3 King Street, for Friday 7pm.",
        ["Saffron House, 3 King Street"],
    ),
    ("The reunion will be in Porto on the weekend of 12 September.", ["Porto"]),
    ("The keys are under the mat at 8 Hazel Court.", ["8 Hazel Court"]),
    ("I attach the report from our colleagues in Oslo.", []),
    (
        "Please come to Room 12 on the ground floor with your passport.",
        ["Room 12 on the ground floor"],
    ),
    ("The vet is at 41 Castle Road; your appointment is Tuesday 10:15.", ["41 Castle Road"]),
    (
        "Pick up your badge at the registration desk in the foyer.",
        ["registration desk in the foyer"],
    ),
    (
        "Move-in day is 3 September at Willow Court, Block C, Flat 7.",
        ["Willow Court, Block C, Flat 7"],
    ),
    (
        "We'll hold the meeting in person, in Meeting Room 3.1 (Bridge House).",
        ["Meeting Room 3.1 (Bridge House)"],
    ),
    (
        "The bus leaves from Stand 6, Victoria Coach Station at 07:30.",
        ["Stand 6, Victoria Coach Station"],
    ),
    ("The garage at 77 London Road has your car, it closes at 6.", ["77 London Road"]),
    (
        "Conference dinner: Hotel Astoria, Ringstrasse 12, Vienna, 7pm.",
        ["Hotel Astoria, Ringstrasse 12, Vienna"],
    ),
]
TAGGED = [
    ("Поезд Москва — Санкт-Петербург, отправление 12 мая в 07:00.", ["Москва", "Санкт-Петербург"]),
    ("Сантехник придёт к вам 5 июня: Садовая, 17, кв. 9.", ["Садовая, 17, кв. 9"]),
    (
        "Приглашаем на открытие выставки в галерею «Свет», Нижний Новгород.",
        ["галерею «Свет», Нижний Новгород"],
    ),
    (
        "Мероприятие состоится в Точке кипения, Ленинградский пр., 80Б.",
        ["Точке кипения, Ленинградский пр., 80Б"],
    ),
    (
        "Ждём вас 20 мая в 12:00 в ЗАГСе на Кутузовском проспекте, 21.",
        ["ЗАГСе на Кутузовском проспекте, 21"],
    ),
]


@pytest.fixture(scope="module")
def names() -> NatashaNames:
    """The tagger, loaded once."""
    return NatashaNames()


@pytest.mark.parametrize(("text", "places"), RUSSIAN, ids=range(len(RUSSIAN)))
def test_places_are_found_in_russian_by_their_grammar(text: str, places: list[str]) -> None:
    assert list(read_letter(text).places) == places


@pytest.mark.parametrize(("text", "places"), ENGLISH, ids=range(len(ENGLISH)))
def test_places_are_found_in_english_by_their_grammar(text: str, places: list[str]) -> None:
    assert list(read_letter(text).places) == places


@pytest.mark.parametrize(("text", "places"), TAGGED, ids=range(len(TAGGED)))
def test_places_are_found_in_russian_by_their_names(
    text: str, places: list[str], names: NatashaNames
) -> None:
    found = find_places(
        scan_letter(make_letter(text)), status="person", category="work", names=names
    )

    assert [place.text for place in found] == places


def test_a_calendar_part_names_the_place_and_the_text_only_more() -> None:
    invitation = Invitation(
        method="REQUEST",
        status="CONFIRMED",
        summary="Planning",
        location="Room 4, Main Building",
        start_at=None,
        end_at=None,
        organizer="",
    )

    reading = read_letter("We meet in Room 4 at 10:00.", invitations=(invitation,))

    assert reading.places == ("Room 4, Main Building",)
    assert reading.proof["places"].source == "calendar"


def test_a_call_on_line_is_no_place() -> None:
    invitation = Invitation(
        method="REQUEST",
        status="CONFIRMED",
        summary="Planning",
        location="https://zoom.example/j/1",
        start_at=None,
        end_at=None,
        organizer="",
    )

    assert read_letter("See you there.", invitations=(invitation,)).places == ()


@pytest.mark.parametrize(
    "text",
    ["Вход в аккаунт: Самара, Россия, IP 10.0.0.1", "New sign-in from Berlin, Germany on Chrome."],
    ids=["ru", "en"],
)
def test_the_town_of_a_sign_in_is_no_place(text: str) -> None:
    assert read_letter(text, auto_submitted="auto-generated").places == ()
