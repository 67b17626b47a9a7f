"""Django's settings; values that differ between machines come from environment variables.

A machine with a SECRET_KEY in its environment serves the public. Any other machine is a
developer's and answers only itself. docs/configuration.md lists the variables.
"""

from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from languages.languages import label_with_language
from portal import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(environment.text("DATA_DIR", str(BASE_DIR / "data"))).resolve()
try:
    (DATA_DIR / "static").mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise environment.setting_error("DATA_DIR", f"{DATA_DIR} cannot be written to.") from error

DEVELOPMENT_KEY = "django-insecure-development-only"
SECRET_KEY = environment.secret_key("SECRET_KEY", DEVELOPMENT_KEY)
SECRET_KEY_FALLBACKS = environment.fallback_keys("SECRET_KEY_FALLBACKS")
IS_PUBLIC = SECRET_KEY != DEVELOPMENT_KEY
DEBUG = environment.boolean("DEBUG", default=not IS_PUBLIC)
if DEBUG and IS_PUBLIC:
    raise environment.setting_error("DEBUG", "a machine with a SECRET_KEY never shows debug pages.")
ALLOWED_HOSTS = environment.hosts(
    "ALLOWED_HOSTS", [] if IS_PUBLIC else ["localhost", ".localhost", "127.0.0.1", "[::1]"]
)
if IS_PUBLIC and not ALLOWED_HOSTS:
    raise environment.setting_error(
        "ALLOWED_HOSTS", "it has to name the hosts that the portal serves."
    )
# The scheme and host of all absolute addresses: canonical links, mails, citations, exports
PUBLIC_ORIGIN = environment.origin("PUBLIC_ORIGIN")
environment.check_public_origin("PUBLIC_ORIGIN", PUBLIC_ORIGIN, ALLOWED_HOSTS)

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, which it adapts
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "languages",
    "search",
    "history",
    "notifications",
    "translations",
    "editing",
    "library",
    "ingest",
    "goals",
    "crosscutting",
    "sdg_links",
    "dialogue",
    "operations",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "accounts",
    "portal",
]

MIDDLEWARE = [
    "operations.observability.middleware.ViewMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "operations.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "operations.concurrency.ConcurrencyMiddleware",  # after static files, before the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.request_limits.RequestLimitsMiddleware",  # before anything reads the body
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.StaffMiddleware",
    "history.middleware.AuthorMiddleware",
    "operations.page_cache.middleware.PageMiddleware",
    "library.preview_middleware.PreviewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.publication_middleware.PublicationMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "portal.context_processors.page",
            ],
            "builtins": [
                "languages.templatetags.languages",
                "history.templatetags.history",
                "translations.templatetags.translations",
                "library.templatetags.library",
            ],
        },
    },
]

# Database

DATABASES = {
    "default": environment.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if environment.text("DATABASE_REPLICA_URLS"):
        raise environment.setting_error("DATABASE_REPLICA_URLS", "only PostgreSQL has replicas.")
    # An open connection needs no new file, so pages can still be read when the disk is full.
    DATABASES["default"]["CONN_MAX_AGE"] = None
    # WAL allows many readers beside one writer; another writer waits 20 seconds for its turn.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
    }
    database_file = Path(DATABASES["default"]["NAME"])
    if environment.is_on_read_only_disk(database_file):
        # WAL needs to write beside the database. Nobody can, so that it does not change, either.
        DATABASES["default"]["NAME"] = f"{database_file.resolve().as_uri()}?mode=ro&immutable=1"
        DATABASES["default"]["OPTIONS"] = {"uri": True}
else:
    DATABASES |= environment.replicas("DATABASE_REPLICA_URLS")
    if IS_PUBLIC:
        for alias, database in DATABASES.items():
            name = "DATABASE_URL" if alias == "default" else "DATABASE_REPLICA_URLS"
            environment.check_database_password(name, database)
    DATABASE_ROUTERS = ["operations.replicas.ReplicaRouter"]
    for database in DATABASES.values():
        database["CONN_MAX_AGE"] = environment.number("DATABASE_MAX_AGE", 60)
        database["CONN_HEALTH_CHECKS"] = True
        # In seconds, then milliseconds: stop waiting for a server that has disappeared.
        database.setdefault("OPTIONS", {})
        database["OPTIONS"] |= {"connect_timeout": 3, "tcp_user_timeout": 5_000}

# Sessions are in the database, which all processes share, and also in Valkey if there is one.
CACHES = environment.caches("CACHE_URL")
SESSION_ENGINE = "operations.database_sessions"
if environment.text("CACHE_URL"):
    SESSION_ENGINE = "operations.sessions"
    SESSION_CACHE_ALIAS = "sessions"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Languages

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("en", _("English"))]
# Translations of the installation go before those of the project.
LOCALE_PATHS = [*environment.folders("LOCALE_DIR"), BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.time_zone("TIME_ZONE", "UTC")
MODELTRANSLATION_FALLBACK_LANGUAGES = tuple(code for code, _name in LANGUAGES)
MODELTRANSLATION_BUILD_LOCALIZED_VERBOSE_NAME = label_with_language

# The administration: its address and the networks that may reach it; all networks if none is named

SECTIONS = {"goals", "themes", "sdgs", "dialogue", "library", "glossary", "search", "parity"}
SECTIONS |= {"account", "brief", "cite", "help", "offline"}
ADMIN_PATH = environment.path_segment("ADMIN_PATH", "admin", reserved=SECTIONS)
ADMIN_NETWORKS = environment.networks("ADMIN_NETWORKS")

# The cache of whole pages in each process (operations/page_cache/application.py)

PAGE_CACHE_BYTES = 0 if DEBUG else environment.number("PAGE_CACHE_MB", 16) * 1_000_000
# The sections whose pages are not cached.
PAGES_NOT_KEPT = ["account", ADMIN_PATH, "brief", "cite", "search"]
SHARED_CACHE_SECONDS = environment.number("SHARED_CACHE_SECONDS", 1)

# The requests of readers that Django works on at once in each process, and as many of people who
# edit or sign in; scripts/serve reads it too

THREADS = environment.positive_number("THREADS", 2)

# Scheduled publishing: the seconds between two looks for records that are due; 0 for never

PUBLISH_DUE_SECONDS = 30
# How often each process looks for pages of incoming PDF files to read.
READ_PAGES_SECONDS = 10

# Queries that found nothing: the seconds between two writes of their counts; 0 for never

WRITE_COUNTS_SECONDS = 10

# People (docs/sign-in.md)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.CommonPartsValidator"},
    {"NAME": "accounts.passwords.KnownWordsValidator"},
    {"NAME": "accounts.passwords.BreachedPasswordValidator"},
]
# The first one makes hashes. A hash of another one is replaced when its owner signs in.
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{name}PasswordHasher"
    for name in ["Argon2", "PBKDF2", "PBKDF2SHA1", "BCryptSHA256", "Scrypt"]
]
LOGIN_URL = "account_login"
SESSION_COOKIE_AGE = environment.positive_number("SESSION_HOURS", 12) * 3600
SESSION_IDLE_SECONDS = environment.positive_number("SESSION_IDLE_MINUTES", 120) * 60
SECOND_FACTOR_FOR_ALL = environment.boolean("SECOND_FACTOR_FOR_ALL", default=False)
BREACHED_PASSWORDS = environment.file("BREACHED_PASSWORDS")

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # administrators give addresses; a change of one is verified
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]  # read by releases after 65.21
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_USERNAME_MIN_LENGTH = 1
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
# Single sign-on by OpenID Connect, beside passwords
OIDC_ISSUER = environment.issuer("OIDC_ISSUER")
OIDC_CLIENT_ID = environment.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = environment.text("OIDC_CLIENT_SECRET")
OIDC_NAME = environment.text("OIDC_NAME")
OIDC_CREATE = environment.boolean("OIDC_CREATE", default=False)
if bool(OIDC_ISSUER) != bool(OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise environment.setting_error(
        "OIDC_ISSUER", "it goes together with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET."
    )
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 3  # seconds for each answer of the provider
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "sso",
            "name": OIDC_NAME,
            "client_id": OIDC_CLIENT_ID,
            "secret": OIDC_CLIENT_SECRET,
            "settings": {"server_url": OIDC_ISSUER},
        }
    ]
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "accounts.forms.AppForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "authenticate": "accounts.forms.CodeForm",
    "authenticate_webauthn": "accounts.forms.PasskeyCheckForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Global Policing Goals"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an obligatory second factor must not depend on mail
# Attempts per minutes (m) or days (d): by the address of the client (ip), by the name or e-mail
# address that was typed (name), and by a browser that the account knows (accounts/limits.py).
SIGN_IN_LIMITS = {
    "sign_in": {"ip": "30/m", "browser": "30/m"},  # right or wrong
    "password": {"ip": "20/5m", "name": "5/5m", "browser": "5/d"},  # wrong
    "code": {"ip": "20/5m", "name": "5/5m", "browser": "5/d"},  # wrong
    "passkey": {"ip": "10/m", "browser": "10/m"},
    "reset_mail": {"ip": "5/m", "name": "3/30m", "browser": "3/30m"},
    "invitation": {"ip": "10/m"},  # passwords by the link of an invitation
    "reset_link": {"ip": "10/m", "browser": "10/m"},
}
# Those of django-allauth: none of what is counted above, and by account for people signed in.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "reset_password": None,
    "reset_password_from_key": None,
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "5/m/user",
    "confirm_email": "3/5m/user",
}
MFA_RATE_LIMITS = {"webauthn_login": None}

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "portal.storage.PublicStaticFilesStorage"
        if IS_PUBLIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_PUBLIC
WHITENOISE_AUTOREFRESH = not IS_PUBLIC
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Limits of a request: bytes without files, fields (a long form has 20 for each of its rows), files.
# deploy/nginx.conf has lower limits, which apply first.

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000
DATA_UPLOAD_MAX_NUMBER_FILES = 2

# Security

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
# Scripts of public pages make HTML from text in one place only (trusted types); those of Django's
# admin in many places.
PUBLIC_CSP = SECURE_CSP | {"require-trusted-types-for": ["'script'"], "trusted-types": ["portal"]}
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = environment.origins("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# Browsers accept a cookie with this prefix only from this host and only over https.
COOKIE_PREFIX = "__Host-" if IS_PUBLIC else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_PUBLIC
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "portal.message_storage.Messages"
SECURE_SSL_REDIRECT = environment.boolean("HTTPS_REDIRECT", default=IS_PUBLIC)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
BEHIND_PROXY = environment.boolean("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = environment.number("HSTS_SECONDS", 31_536_000 if IS_PUBLIC else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_SECONDS > 0
SECURE_HSTS_PRELOAD = environment.boolean("HSTS_PRELOAD", default=SECURE_HSTS_SECONDS > 0)
# Django warns if preloading is off; here it is off only where the installation chose so.
SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W021"]
# Contacts for reports of security problems: /.well-known/security.txt
SECURITY_CONTACT = environment.contacts("SECURITY_CONTACT")

# Observability (docs/watching.md)

environment.check_age_keys("BACKUP_KEY")  # the commands of back-ups read it themselves
METRICS_TOKEN = environment.token("METRICS_TOKEN")
METRICS_DIR = environment.metrics_folder("PROMETHEUS_MULTIPROC_DIR", DATA_DIR)
SLOW_QUERY_MS = environment.number("SLOW_QUERY_MS", 200)
ADMINS = environment.text_list("ERROR_MAIL_TO")
SENDS_MAIL = ACCOUNT_EMAIL_NOTIFICATIONS = bool(environment.text("EMAIL_URL"))
if SENDS_MAIL:
    MAILERS = environment.mailers("EMAIL_URL")
elif ADMINS:
    raise environment.setting_error("ERROR_MAIL_TO", "mail needs an EMAIL_URL to go through.")
# Whether people get mails about proposals; each chooses which.
NOTIFY_BY_MAIL = SENDS_MAIL and environment.boolean("NOTIFY_BY_MAIL", default=True)
# After how many days publishers are reminded of a proposal that waits; 0 for never.
PROPOSAL_OVERDUE_DAYS = environment.number("PROPOSAL_OVERDUE_DAYS", 7)
# The seconds between two looks for mails that are due; 0 for never.
SEND_MAIL_SECONDS = environment.number("SEND_MAIL_SECONDS", 10)
SERVER_EMAIL = ADMINS[0] if ADMINS else "root@localhost"
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", SERVER_EMAIL)
EMAIL_SUBJECT_PREFIX = "[Global Policing Goals] "

# Logs: all of them go to the terminal, on every machine

ACCESS_LOG = environment.boolean("ACCESS_LOG", default=IS_PUBLIC)
LOG_FORMAT = environment.choice("LOG_FORMAT", "json" if IS_PUBLIC else "text", ["json", "text"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "operations.observability.logs.JsonFormatter"},
        "text": {"()": "operations.observability.logs.TextFormatter"},
    },
    "handlers": {
        "terminal": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT},
        "mail": {"class": "operations.observability.reports.MailHandler", "formatter": "text"},
    },
    "root": {
        "handlers": ["terminal", "mail"] if ADMINS else ["terminal"],
        "level": environment.choice(
            "LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
        ),
    },
    "loggers": {
        # Without the handlers that Django gives them, so that each record is written once.
        "django": {"handlers": [], "level": "NOTSET"},
        # The requests that runserver logs are in the access log too.
        "django.server": {
            "handlers": [],
            "level": "CRITICAL" if ACCESS_LOG else "NOTSET",
            "propagate": True,
        },
    },
}
