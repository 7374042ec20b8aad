"""The names of months, weekdays, halves of the day and time zones that dates are written with.

The issue's nine languages and those of the next most feeds. A short name is any start of three
letters that only one month (or weekday) of its language has; a word that means different months in
two languages (Polish and Croatian `listopada`) has both, and the weekday must decide.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

_MIN_CUT = 3

_ENGLISH_MONTHS = """
january february march april may june july august september october november december
"""
_MONTHS = """
januar februar märz april mai juni juli august september oktober november dezember
jänner feber maerz april mai juno julei august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre
gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november december
januar februar mars april mai juni juli august september oktober november desember
tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu
  heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta
  heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris
sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio
styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
leden únor březen duben květen červen červenec srpen září říjen listopad prosinec
ledna února března dubna května června července srpna září října listopadu prosince
január február marec apríl máj jún júl august september október november december
januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac
siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca
januar februar mart april maj jun jul avgust septembar oktobar novembar decembar
јануар фебруар март април мај јун јул август септембар октобар новембар децембар
január február március április május június július augusztus szeptember október november december
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
януари февруари март април май юни юли август септември октомври ноември декември
ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος
  ιούλιος αύγουστος σεπτέμβριος οκτώβριος νοέμβριος δεκέμβριος
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου
  ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
januari februari maret april mei juni juli agustus september oktober november desember
januari februari mac april mei jun julai ogos september oktober november disember
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
يناير فبراير مارس ابريل مايو يونيه يوليه اغسطس سبتمبر اكتوبر نوفمبر ديسمبر
בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्तूबर नवंबर दिसंबर
जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितम्बर अक्टूबर नवम्बर दिसम्बर
มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月
"""
"""Twelve a language, January first; a language that bends its nouns has a set for each case."""

_SHORT_MONTHS = """
jan feb mrz apr mai jun jul aug sep okt nov dez
jän feb maer apr mai jun jul aug sep okt nov dez
janv févr mars avr mai juin juil août sept oct nov déc
ene feb mar abr may jun jul ago sept oct nov dic
gen feb mar apr mag giu lug ago sett ott nov dic
jan febr mrt apr mei jun jul aug sep okt nov dec
led úno bře dub kvě čvn čvc srpen zář říj listopad pro
ian feb mar apr mai iun iul aug sep oct nov dec
янв фев мар апр мая июн июл авг сен окт ноя дек
ιαν φεβ μαρ απρ μαϊ ιουν ιουλ αυγ σεπ οκτ νοε δεκ
"""
"""The short forms that are not a start of the name, or that its other months share."""

_WEEKDAYS = """
monday tuesday wednesday thursday friday saturday sunday
montag dienstag mittwoch donnerstag freitag samstag sonntag
mo di mi do fr sa so
montag dienstag mittwoch donnerstag freitag sonnabend sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo
dilluns dimarts dimecres dijous divendres dissabte diumenge
segunda terça quarta quinta sexta sábado domingo
lunedì martedì mercoledì giovedì venerdì sabato domenica
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
ma di wo do vr za zo
måndag tisdag onsdag torsdag fredag lördag söndag
mandag tirsdag onsdag torsdag fredag lørdag søndag
maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
ma ti ke to pe la su
esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev
pirmdiena otrdiena trešdiena ceturtdiena piektdiena sestdiena svētdiena
pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sekmadienis
poniedziałek wtorek środa czwartek piątek sobota niedziela
pn wt śr cz pt sb nd
pondělí úterý středa čtvrtek pátek sobota neděle
po út st čt pá so ne
pondelok utorok streda štvrtok piatok sobota nedeľa
ponedjeljak utorak srijeda četvrtak petak subota nedjelja
ponedeljak utorak sreda četvrtak petak subota nedelja
понедељак уторак среда четвртак петак субота недеља
hétfő kedd szerda csütörtök péntek szombat vasárnap
luni marți miercuri joi vineri sâmbătă duminică
понедельник вторник среда четверг пятница суббота воскресенье
пн вт ср чт пт сб вс
понеділок вівторок середа четвер пʼятниця субота неділя
пн вт ср чт пт сб нд
понеделник вторник сряда четвъртък петък събота неделя
δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
pazartesi salı çarşamba perşembe cuma cumartesi pazar
senin selasa rabu kamis jumat sabtu minggu
isnin selasa rabu khamis jumaat sabtu ahad
الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد
שני שלישי רביעי חמישי שישי שבת ראשון
सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
星期一 星期二 星期三 星期四 星期五 星期六 星期日
星期一 星期二 星期三 星期四 星期五 星期六 星期天
周一 周二 周三 周四 周五 周六 周日
週一 週二 週三 週四 週五 週六 週日
月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日
月曜 火曜 水曜 木曜 金曜 土曜 日曜
月 火 水 木 金 土 日
一 二 三 四 五 六 日
월요일 화요일 수요일 목요일 금요일 토요일 일요일
월 화 수 목 금 토 일
"""
"""Seven a language, Monday first."""

_FILLER_WORDS = """
the of on at o clock um am den der uhr le la à a h de del d l any las los às as feira el las de
do da em dia il alle ore van om uur op den kl klo o godz dnia v ve dne r г года год в р року о
saat pukul tanggal lúc ngày g ob u hod hodin ч la ora στις lú dato kell th st nd rd er ère ste
e го ος η ης º gada y يوم في الساعة יום ที่ วันที่ เวลา น
"""
_FILLERS = frozenset(_FILLER_WORDS.split())

_FORENOON = frozenset(["am", "上午", "凌晨", "早上", "午前", "오전", "ص", "πμ"])
_AFTERNOON = frozenset(["pm", "下午", "午後", "오후", "م", "μμ"])

# What RFC 822 names, and what else is met. IST and the like, which are three zones each, are left
# out: a wrong hour is worse than no date.
_ZONE_HOURS: dict[str, float] = {
    name: hours
    for hours, names in (
        (0, "z ut utc gmt wet"),
        (1, "bst west cet met mez wat"),
        (2, "cest mest mesz eet cat sast"),
        (3, "eest msk eat trt idt"),
        (4, "msd"),
        (5, "pkt"),
        (7, "wib"),
        (8, "hkt sgt awst"),
        (9, "jst kst"),
        (9.5, "acst"),
        (10, "aest"),
        (10.5, "acdt"),
        (11, "aedt"),
        (12, "nzst"),
        (13, "nzdt"),
        (-2, "brst"),
        (-2.5, "ndt"),
        (-3, "brt adt"),
        (-3.5, "nst"),
        (-4, "edt"),
        (-5, "est cdt"),
        (-6, "cst mdt"),
        (-7, "mst pdt"),
        (-8, "pst akdt"),
        (-9, "akst"),
        (-10, "hst"),
    )
    for name in names.split()
}
_ZONE_PLACES = {"ET": "America/New_York", "PT": "America/Los_Angeles"}
_OFFSET = re.compile(r"(?:GMT|UTC)?\s?([+-])(\d\d?):?(\d\d)?", re.ASCII | re.IGNORECASE)
_MAX_OFFSET = timedelta(hours=14)  # Kiribati's; no zone was ever further from Greenwich


def _plain(name: str) -> str:
    """`name` without accents and case: "FÉVRIER" and "fevrier" are the same month."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _index(full: str, short: str, count: int) -> dict[str, frozenset[int]]:
    """What each name and each short name can mean, counted from 1 in rows of `count` names.

    A name in full is never taken for a start of another.
    """
    named: dict[str, set[int]] = defaultdict(set)
    cut: dict[str, set[int]] = defaultdict(set)
    words = [_plain(word) for word in full.split()]
    for at, name in enumerate(words + [_plain(word) for word in short.split()]):
        named[name].add(at % count + 1)
    for start in range(0, len(words), count):
        row = words[start : start + count]
        for number, name in enumerate(row, start=1):
            for end in range(_MIN_CUT, len(name)):
                if sum(other.startswith(name[:end]) for other in row) == 1:
                    cut[name[:end]].add(number)
    return {name: frozenset(numbers) for name, numbers in (cut | named).items()}


_ENGLISH_NUMBERS = _index(_ENGLISH_MONTHS, "", 12)


@cache  # 5 ms, which a process of English feeds need not pay
def _month_numbers() -> dict[str, frozenset[int]]:
    return _index(_MONTHS, _SHORT_MONTHS, 12)


@cache
def _weekday_numbers() -> dict[str, frozenset[int]]:
    return _index(_WEEKDAYS, "", 7)


def find_months(word: str) -> frozenset[int]:
    """The months (1 to 12) that `word` can name, in full or shortened; none for any other word.

    >>> sorted(find_months("февраля")), sorted(find_months("listopada")), find_months("Monday")
    ([2], [10, 11], frozenset())
    """
    plain = _plain(word)
    # What the standards name ("Mar") is never a start of another language's name.
    return _ENGLISH_NUMBERS.get(plain) or _month_numbers().get(plain, frozenset())


def find_weekdays(word: str) -> frozenset[int]:
    """The ISO weekdays (Monday is 1) that `word` can name; none for any other word.

    >>> sorted(find_weekdays("Freitag")), sorted(find_weekdays("周一")), find_weekdays("May")
    ([5], [1], frozenset())
    """
    return _weekday_numbers().get(_plain(word), frozenset())


def is_filler(word: str) -> bool:
    """Whether `word` says nothing about the date: "of", "de", "Uhr", "г."."""
    return word.casefold() in _FILLERS


def find_half(mark: str) -> int | None:
    """0 where `mark` means the hours before noon, 12 for those after, None for no such mark."""
    plain = mark.lower().replace(".", "").replace(" ", "")
    return 0 if plain in _FORENOON else 12 if plain in _AFTERNOON else None


@lru_cache(maxsize=256)
def find_zone(name: str) -> tzinfo | None:
    """The time zone of an offset, an abbreviation or an IANA name; None where it is not certain.

    >>> find_zone("GMT+2"), find_zone("Europe/Paris").key, find_zone("IST")
    (datetime.timezone(datetime.timedelta(seconds=7200)), 'Europe/Paris', None)
    """
    if found := _OFFSET.fullmatch(name):
        sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        is_real = offset <= _MAX_OFFSET and int(minutes or 0) < 60
        return timezone(-offset if sign == "-" else offset) if is_real else None
    if (hours_east := _ZONE_HOURS.get(name.lower())) is not None:
        return timezone(timedelta(hours=hours_east)) if hours_east else UTC
    place = _ZONE_PLACES.get(name, name)
    if "/" not in place:
        return None
    try:
        return ZoneInfo(place)
    except (KeyError, ValueError, OSError):  # unknown, outside the folder, a folder
        return None


def place_instant(local: datetime, zone: tzinfo) -> datetime | None:
    """The instant of the clock reading `local` in `zone`.

    None where the clock showed it twice or never, in the nights when it is changed.
    """
    found = local.replace(tzinfo=zone)
    return found if found.utcoffset() == found.replace(fold=1).utcoffset() else None


def read_year(digits: str) -> int:
    """The year; of two digits it is 1950 to 2049 (RFC 2822, section 4.3)."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 50 else 1900)
