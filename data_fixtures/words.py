"""The words that names of bands, venues, series and posters, and notes, are made of."""

ADJECTIVES = (  # noqa: SIM905 (a list would take a line a word)
    "Amber Ashen Brass Briny Cobalt Copper Crooked Distant Drowsy Dusty Electric Feral Frosted "
    "Gilded Hollow Hushed Indigo Ivory Jagged Lacquered Lonesome Lunar Marbled Midnight Mossy "
    "Nimble Opal Paper Plaid Quiet Rusted Salted Scarlet Smoky Sunken Tidal Umber Velvet Wandering "
    "Wicked Woven Zinc"
).split()

NOUNS = (  # noqa: SIM905
    "Antlers Anvils Badgers Beacons Bicycles Cables Canyons Carousels Coyotes Dahlias Engines "
    "Feathers Ferries Foxgloves Gables Herons Islands Jackals Kettles Lanterns Magpies Marigolds "
    "Meteors Moths Oysters Pagodas Pelicans Pines Quarries Ravens Rivers Saddles Sirens Sparrows "
    "Tangerines Thickets Turbines Umbrellas Violets Walruses Willows Zephyrs"
).split()

HALLS = (  # noqa: SIM905
    "Amphitheater Arena Auditorium Ballroom Bandshell Barn Bowl Club Coliseum Garage Hall House "
    "Lounge Opera Palace Pavilion Playhouse Room Stadium Theater Theatre"
).split()

EDITIONS = ("", "", "", "", " - Night 1", " - Night 2", " (Foil)", " (Lava Variant)", " II", " ")
"""What stands behind the name of a poster. The last one is a space that has to be trimmed."""

NOTES = (
    None,
    None,
    None,
    "",
    "Screen print, six colors.",
    "Stored flat, never framed.",
    "Small ding in the lower left corner.",
    'Signed and numbered in pencil. 18" x 24".',
    "Printed on cougar natural; metallic inks.",
    "Bought at the merch booth, night two.\nRolled once.",
    "Édition limitée, papier épais.",
    "  Bleed proof, trimmed by hand.",
    "Doodled by the artist; see the last photo.",
    "Light handling marks, none on the image.",
)

MINTAGE = ("Mint", "Near Mint", "Very Fine", "Fine", "Very Good", "Good", "Fair", "Poor")

CONDITIONS = (
    None,
    None,
    "",
    *MINTAGE,
    *MINTAGE,
    *(word.lower() for word in MINTAGE),
    *(word.lower().replace(" ", "_") for word in MINTAGE),
    *(word.upper() + " " for word in MINTAGE),
)
"""Every known condition in several spellings, and none."""

EDITION_TYPES = (
    None,
    None,
    "",
    "AE - Artist Edition",
    "AP - Artist Proof",
    "MP - Misprint",
    "OG - Original Artwork",
    "SE - Show Edition",
    "SE - Show Edition",
    "SE - Show Edition",
    "TS - Test Print",
    "OT - Other",
    "AP",
    "SE",
    "se",
)

EDITION_NUMBERS = (None, None, "1/150", "12/150", "44/200", "AP 3/30", "#77", "101/1000", "", "7")
