from whitenoise.storage import CompressedManifestStaticFilesStorage


class PublicStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Static files named by their digest, also where one script imports another."""

    support_js_module_import_aggregation = True
