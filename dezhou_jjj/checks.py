"""What must hold before the program starts; each failure is one sentence for the person who starts it."""

import errno
import logging
import os
import socket
import warnings
from urllib.parse import urlsplit


class CannotStart(RuntimeError):
    """The message is shown as it is, in Chinese."""


def load_settings():
    """Django's settings; CannotStart when the environment or .env holds a value that cannot be read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dezhou_jjj.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Engine not recognized")
            settings.DATABASES  # noqa: B018 - the first access reads the settings file
    except UserWarning as error:
        raise CannotStart("DATABASE_URL 无法识别，应形如 postgres://用户:密码@主机:5432/库名。") from error
    except OSError as error:
        raise CannotStart(f"数据目录无法使用：{error.filename}，请检查 DATA_DIR 及其属主。") from error
    except (ImproperlyConfigured, ValueError) as error:
        if "email" in str(error):
            raise CannotStart("EMAIL_URL 无法识别，应形如 smtp+ssl://用户:密码@主机:465。") from error
        port = os.environ.get("PORT", "")
        if not port.isdecimal():
            raise CannotStart(f"PORT 的值“{port}”不是端口号，请改为 1024 到 65535 之间的数字。") from error
        raise CannotStart(f"环境变量或 .env 中的配置有误：{error}") from error
    level = settings.LOGGING["root"]["level"]
    if level not in logging.getLevelNamesMapping():
        raise CannotStart(f"LOG_LEVEL 的值“{level}”无法识别，请用 DEBUG、INFO、WARNING 或 ERROR。")
    return settings


def check_port(host, port):
    """CannotStart when the web server could not listen on ``host:port`` now."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except (OSError, OverflowError) as error:
        reasons = {
            errno.EADDRINUSE: f"端口 {port} 已被占用，请先停止占用它的程序，或用 PORT 换一个端口。",
            errno.EACCES: f"没有权限使用端口 {port}，请把 PORT 改为 1024 以上的端口。",
        }
        other = f"无法在 {host}:{port} 上提供服务，请检查 HOST 和 PORT。"
        raise CannotStart(reasons.get(getattr(error, "errno", None), other)) from error


def check_database():
    """CannotStart when the database does not answer, or its directory cannot be written."""
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        explain = _sqlite_reason if connection.vendor == "sqlite" else _server_reason
        raise CannotStart(explain(connection.settings_dict, str(error))) from error


def _sqlite_reason(database, _error):
    return f"无法打开数据库文件 {database['NAME']}，请检查 DATA_DIR 的权限和磁盘空间。"


def _server_reason(database, error):
    place = f"{database['HOST'] or '本机'}:{database['PORT'] or 5432}"
    user, name = database["USER"], database["NAME"]
    if "authentication failed" in error or "no password supplied" in error:
        return f"数据库 {place} 拒绝了用户“{user}”的登录，请检查 DATABASE_URL 中的密码。"
    if "does not exist" in error:
        return f"数据库 {place} 上没有库“{name}”或用户“{user}”，请先创建。"
    return f"连不上数据库 {place}，请检查 DATABASE_URL 以及数据库服务是否已启动。"


def check_broker(url):
    """CannotStart when ``url`` (REDIS_URL) is set and Redis does not answer within two seconds."""
    if not url:
        return
    import redis

    try:
        redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2, retry=None).ping()
    except redis.AuthenticationError as error:
        raise CannotStart("Redis 拒绝了登录，请检查 REDIS_URL 中的密码。") from error
    except (redis.RedisError, ValueError, OSError) as error:
        parts = urlsplit(url)
        place = f"{parts.hostname or '本机'}:{_port(parts)}"
        raise CannotStart(f"连不上 Redis {place}，请检查 REDIS_URL 以及 Redis 服务是否已启动。") from error


def _port(parts):
    try:
        return parts.port or 6379
    except ValueError:  # not a number
        return "?"
