"""Results of the translation checks on the content of the project that are correct as they are.

Each has a reason, which translators see beside the result.
"""

from django.utils.translation import gettext_lazy as _

AS_IN_THE_DOCUMENT = _("The source is quoted as the document has it, word for word.")
OTHER_PART_OF_SPEECH = _(
    "English uses another part of speech here: “anti-terrorism body”, “action against terrorism”."
)
SHARING_INTELLIGENCE = _(
    "“Share intelligence” renders the two terms, which stand one within the other, in one."
)

# By the key of the unit of translation, the code of the problem and the part of the text.
EXPLAINED = {
    ("library.paragraph/GPG 0.3/text/en", "tatweel", "الـ"): AS_IN_THE_DOCUMENT,
    ("library.paragraph/GPG 0.8/text/en", "tatweel", "الـ"): AS_IN_THE_DOCUMENT,
    ("library.paragraph/HNCB 2024.4/text/en", "tatweel", "الـ"): AS_IN_THE_DOCUMENT,
    ("library.paragraph/HNCB 2024.6.4/text/en", "tatweel", "الـ"): AS_IN_THE_DOCUMENT,
    ("library.paragraph/HNCB 2024.1/text/en", "digits", "١٧"): AS_IN_THE_DOCUMENT,
    ("library.paragraph/HNCB 2024.1/text/en", "digits", "٢٠٢٤"): AS_IN_THE_DOCUMENT,
    ("library.term/sco/definition/en", "terms", "بمكافحة الإرهاب"): OTHER_PART_OF_SPEECH,
    (
        "library.term/counter-terrorism-compact/definition/en",
        "terms",
        "مكافحة الإرهاب",
    ): OTHER_PART_OF_SPEECH,
    (
        "library.term/icse-database/definition/en",
        "terms",
        "لمشاطرة المعلومات",
    ): SHARING_INTELLIGENCE,
    (
        "library.term/icse-database/definition/en",
        "terms",
        "المعلومات الاستخبارية",
    ): SHARING_INTELLIGENCE,
}
