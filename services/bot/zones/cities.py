"""Cities that people name and no zone is named for: the zone of each, in both languages.

The zone base names one city a zone; most of those who live by Moscow's time do not live in Moscow.
"""

CITIES: dict[str, str] = {
    "Europe/Moscow": (
        "Санкт-Петербург|Питер|СПб|Saint Petersburg|St Petersburg|Petersburg|Нижний Новгород|"
        "Nizhny Novgorod|Казань|Kazan|Ростов-на-Дону|Ростов|Rostov-on-Don|Rostov|Краснодар|"
        "Krasnodar|Сочи|Sochi|Воронеж|Voronezh|Пенза|Penza|Рязань|Ryazan|Тула|Tula|Ярославль|"
        "Yaroslavl|Тверь|Tver|Калуга|Kaluga|Брянск|Bryansk|Курск|Kursk|Белгород|Belgorod|Липецк|"
        "Lipetsk|Орёл|Oryol|Orel|Смоленск|Smolensk|Тамбов|Tambov|Владимир|Vladimir|Иваново|Ivanovo|"
        "Кострома|Kostroma|Вологда|Vologda|Череповец|Cherepovets|Архангельск|Arkhangelsk|"
        "Мурманск|Murmansk|Петрозаводск|Petrozavodsk|Псков|Pskov|Великий Новгород|"
        "Veliky Novgorod|Чебоксары|Cheboksary|Саранск|Saransk|Йошкар-Ола|Yoshkar-Ola|"
        "Набережные Челны|Naberezhnye Chelny|Ставрополь|Stavropol|Пятигорск|Pyatigorsk|"
        "Махачкала|Makhachkala|Грозный|Grozny|Владикавказ|Vladikavkaz|Нальчик|Nalchik|Майкоп|"
        "Maykop|Элиста|Elista|Сыктывкар|Syktyvkar|Таганрог|Taganrog|Новороссийск|Novorossiysk|"
        "Иннополис|Innopolis|Зеленоград|Zelenograd|Химки|Khimki|Мытищи|Mytishchi|Подольск|Podolsk"
    ),
    "Europe/Simferopol": "Севастополь|Sevastopol|Ялта|Yalta|Керчь|Kerch",
    "Europe/Samara": "Тольятти|Tolyatti|Ижевск|Izhevsk",
    "Asia/Yekaterinburg": (
        "Челябинск|Chelyabinsk|Пермь|Perm|Уфа|Ufa|Тюмень|Tyumen|Оренбург|Orenburg|Магнитогорск|"
        "Magnitogorsk|Сургут|Surgut|Нижневартовск|Nizhnevartovsk|Курган|Kurgan|Нижний Тагил|"
        "Nizhny Tagil|Стерлитамак|Sterlitamak|Ханты-Мансийск|Khanty-Mansiysk|Салехард|Salekhard|"
        "Новый Уренгой|Novy Urengoy|Тобольск|Tobolsk|Орск|Orsk"
    ),
    "Asia/Novosibirsk": "Академгородок|Akademgorodok|Бердск|Berdsk",
    "Asia/Novokuznetsk": "Кемерово|Kemerovo",
    "Asia/Barnaul": "Бийск|Biysk|Горно-Алтайск|Gorno-Altaysk",
    "Asia/Krasnoyarsk": "Абакан|Abakan|Норильск|Norilsk|Кызыл|Kyzyl|Ачинск|Achinsk",
    "Asia/Irkutsk": "Улан-Удэ|Ulan-Ude|Братск|Bratsk|Ангарск|Angarsk",
    "Asia/Yakutsk": "Благовещенск|Blagoveshchensk",
    "Asia/Vladivostok": (
        "Хабаровск|Khabarovsk|Комсомольск-на-Амуре|Komsomolsk-on-Amur|Находка|Nakhodka|Уссурийск|"
        "Ussuriysk|Биробиджан|Birobidzhan"
    ),
    "Asia/Sakhalin": "Южно-Сахалинск|Yuzhno-Sakhalinsk",
    "Asia/Kamchatka": "Петропавловск-Камчатский|Petropavlovsk-Kamchatsky|Камчатка|Kamchatka",
    "Europe/Minsk": "Гомель|Gomel|Брест|Brest|Гродно|Grodno|Витебск|Vitebsk|Могилёв|Mogilev",
    "Europe/Kyiv": (
        "Харьков|Kharkiv|Kharkov|Одесса|Odesa|Odessa|Львов|Lviv|Днепр|Dnipro|Запорожье|Zaporizhzhia"
    ),
    "Asia/Almaty": (
        "Астана|Astana|Нур-Султан|Шымкент|Shymkent|Караганда|Karaganda|Алма-Ата|Alma-Ata|Павлодар|"
        "Pavlodar|Усть-Каменогорск|Ust-Kamenogorsk"
    ),
    "Asia/Tbilisi": "Батуми|Batumi|Кутаиси|Kutaisi",
    "Asia/Yerevan": "Гюмри|Gyumri",
    "Europe/Berlin": (
        "Мюнхен|Munich|München|Гамбург|Hamburg|Франкфурт|Frankfurt|Кёльн|Cologne|Köln|Штутгарт|"
        "Stuttgart|Дюссельдорф|Düsseldorf|Лейпциг|Leipzig|Дрезден|Dresden|Бонн|Bonn"
    ),
    "Europe/Zurich": "Женева|Geneva|Базель|Basel|Берн|Bern|Лозанна|Lausanne",
    "Europe/Paris": "Лион|Lyon|Марсель|Marseille|Ницца|Nice|Тулуза|Toulouse",
    "Europe/Madrid": "Барселона|Barcelona|Валенсия|Valencia|Малага|Málaga|Аликанте|Alicante",
    "Europe/Rome": "Милан|Milan|Турин|Turin|Неаполь|Naples|Флоренция|Florence|Венеция|Venice",
    "Europe/London": (
        "Манчестер|Manchester|Эдинбург|Edinburgh|Кембридж|Cambridge|Оксфорд|Oxford|Бристоль|Bristol"
    ),
    "Europe/Lisbon": "Порту|Porto",
    "Europe/Warsaw": "Краков|Krakow|Вроцлав|Wroclaw|Гданьск|Gdansk|Познань|Poznan",
    "Europe/Prague": "Брно|Brno",
    "Europe/Belgrade": "Нови-Сад|Novi Sad",
    "Europe/Podgorica": "Будва|Budva|Бар",
    "Europe/Istanbul": "Анталья|Antalya|Анкара|Ankara|Измир|Izmir|Алания|Alanya",
    "Europe/Amsterdam": "Роттердам|Rotterdam|Гаага|The Hague|Эйндховен|Eindhoven",
    "Asia/Jerusalem": "Тель-Авив|Tel Aviv|Хайфа|Haifa",
    "Asia/Nicosia": "Лимасол|Limassol|Ларнака|Larnaca|Пафос|Paphos",
    "Asia/Dubai": "Абу-Даби|Abu Dhabi",
    "Asia/Shanghai": "Пекин|Beijing|Шэньчжэнь|Shenzhen|Гуанчжоу|Guangzhou",
    "Asia/Kolkata": "Дели|Delhi|New Delhi|Мумбаи|Mumbai|Бангалор|Bangalore|Bengaluru|Гоа|Goa",
    "Asia/Bangkok": "Пхукет|Phuket|Паттайя|Pattaya",
    "Asia/Ho_Chi_Minh": "Ханой|Hanoi|Дананг|Da Nang|Нячанг|Nha Trang",
    "Asia/Makassar": "Бали|Bali|Денпасар|Denpasar",
    "Asia/Tokyo": "Осака|Osaka|Киото|Kyoto",
    "America/New_York": (
        "Вашингтон|Washington|Бостон|Boston|Майами|Miami|Филадельфия|Philadelphia|Атланта|Atlanta"
    ),
    "America/Chicago": "Хьюстон|Houston|Даллас|Dallas|Остин|Austin",
    "America/Los_Angeles": (
        "Сан-Франциско|San Francisco|Сиэтл|Seattle|Сан-Диего|San Diego|Лас-Вегас|Las Vegas|"
        "Портленд|Portland"
    ),
    "America/Toronto": "Монреаль|Montreal|Оттава|Ottawa",
    "America/Sao_Paulo": "Рио-де-Жанейро|Rio de Janeiro|Бразилиа|Brasília|Brasilia",
    "Australia/Melbourne": "Канберра|Canberra",
}
"""Names are parted by `|`, as they are shown."""
