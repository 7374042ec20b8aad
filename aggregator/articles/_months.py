"""The names of the months in the languages of most pages: data, and one look-up."""

from __future__ import annotations

import unicodedata

_NAMES = """
january januar januari jänner janvier enero janeiro gennaio tammikuuta stycznia styczeń ledna
leden января январь січня ocak január ianuarie ianuari ιανουαρίου ιανουάριος يناير جانفي ינואר
जनवरी มกราคม

february februar februari février febrero fevereiro febbraio helmikuuta lutego luty února únor
февраля февраль лютого şubat február februarie φεβρουαρίου φεβρουάριος فبراير شباط פברואר फ़रवरी
फरवरी กุมภาพันธ์ fev fév

march märz maerz mars marzo março maart marts maaliskuuta marca marzec března březen марта март
березня mart március martie maret μαρτίου μάρτιος مارس آذار מרץ मार्च มีนาคม mar mrz mrt

april avril abril aprile huhtikuuta kwietnia kwiecień dubna duben апреля апрель квітня nisan
április aprilie απριλίου απρίλιος أبريل ابريل نيسان אפריל अप्रैल เมษายน avr abr

may mai mayo maio maggio mei maj toukokuuta maja května květen мая май травня mayıs május μαΐου
μάιος مايو أيار מאי मई พฤษภาคม mag

june juni juin junio junho giugno kesäkuuta czerwca czerwiec června červen июня июнь червня
haziran június iunie ιουνίου ιούνιος يونيو حزيران יוני जून มิถุนายน giu

july juli juillet julio julho luglio heinäkuuta lipca lipiec července červenec июля июль липня
temmuz július iulie ιουλίου ιούλιος يوليو تموز יולי जुलाई กรกฎาคม lug juil

august août agosto augustus augusti elokuuta sierpnia sierpień srpna srpen августа август серпня
ağustos augusztus agustus αυγούστου αύγουστος أغسطس آب אוגוסט अगस्त สิงหาคม ago

september septembre septiembre setiembre setembro settembre syyskuuta września wrzesień září
сентября сентябрь вересня eylül szeptember septembrie σεπτεμβρίου σεπτέμβριος سبتمبر أيلول
ספטמבר सितंबर सितम्बर กันยายน set sept

october oktober octobre octubre outubro ottobre lokakuuta października październik října říjen
октября октябрь жовтня ekim október octombrie οκτωβρίου οκτώβριος أكتوبر אוקטובר अक्टूबर अक्तूबर
ตุลาคม out ott okt

november novembre noviembre novembro marraskuuta listopada listopad listopadu ноября ноябрь
листопада kasım noiembrie nopember νοεμβρίου νοέμβριος نوفمبر נובמבר नवंबर नवम्बर พฤศจิกายน

december dezember décembre diciembre dezembro dicembre desember joulukuuta grudnia grudzień
prosince prosinec декабря декабрь грудня aralık decembrie δεκεμβρίου δεκέμβριος ديسمبر דצמבר
दिसंबर दिसम्बर ธันวาคม dez dic
"""
"""The twelve months, parted by empty lines, in thirty languages: as dates write them, so in Slavic
and Finnic ones in the genitive first; then the short forms that do not begin like the name."""

_MIN_CUT = 3
"""The fewest letters to which names of months are shortened ("Sep", "сен")."""


def _plain(name: str) -> str:
    """`name` without accents and case: "FÉVRIER" and "fevrier" are the same month."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _index() -> dict[str, int]:
    """The month of every full name, and of every start of one that no other month has."""
    months: dict[str, int] = {}
    starts: dict[str, set[int]] = {}
    for number, names in enumerate(_NAMES.strip().split("\n\n"), start=1):
        for name in map(_plain, names.split()):
            months[name] = number
            for end in range(_MIN_CUT, len(name)):
                starts.setdefault(name[:end], set()).add(number)
    clear = {start: numbers.pop() for start, numbers in starts.items() if len(numbers) == 1}
    return clear | months


_MONTHS = _index()


def find_month(name: str) -> int | None:
    """The number of the month that `name` names, in full or shortened; None for any other word.

    >>> find_month("Sept."), find_month("février"), find_month("мая"), find_month("Monday")
    (9, 2, 5, None)
    """
    plain = _plain(name).rstrip(".")
    return _MONTHS.get(plain) or _MONTHS.get(plain[1:] if plain.startswith("ב") else "")
