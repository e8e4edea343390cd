FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# Chromium draws the charts of the bulletins; the font is for the Chinese in them.
RUN apt-get update && apt-get install -y --no-install-recommends chromium-headless-shell fontconfig fonts-wqy-microhei && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --create-home app && install -d -o app -g app -m 700 /data /app/staticfiles

WORKDIR /app

COPY requirements.txt ./

RUN pip install --require-hashes -r requirements.txt

COPY . .

USER app

# As the user who serves them: only their owner may read the collected files. The key that the settings
# generate here is thrown away with its directory.
RUN DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 && rm -rf /tmp/build

ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data

VOLUME /data

EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "deploy/healthcheck.py", "web"]

CMD ["python", "-m", "gunicorn", "-c", "python:dezhou_jjj.gunicorn_conf", "dezhou_jjj.wsgi:application"]
