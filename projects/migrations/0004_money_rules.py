"""What the database promises of the money ledgers: one slip counts once, three people, and locked months stay.

The triggers refuse rows into and out of a locked month and changes of its money; a returned row is outside the
books and may leave. SQLite drops a table's triggers when it makes the table anew, so a later migration that
alters these tables has to create them again, and one that alters ``common_periodlock`` has to drop them first.
"""

from django.db import migrations, models

TABLES = ("projects_fundentry", "projects_investmententry")
COLUMNS = (
    "project_id",
    "month",
    "amount",
    "state",
    "claimed_on",
    "county_verified_on",
    "city_verified_on",
    "reverses_id",
)
MESSAGE = "the month of the ledger is locked"
IN_BOOKS = (
    "{row}.state <> 'returned' AND EXISTS "
    "(SELECT 1 FROM common_periodlock l WHERE l.area = 'funds' AND l.period = {row}.month)"
)


def sqlite(table):
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    old, new = IN_BOOKS.format(row="OLD"), IN_BOOKS.format(row="NEW")
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in COLUMNS)
    return {
        "up": [
            f"CREATE TRIGGER {table}_locked_insert BEFORE INSERT ON {table} WHEN {new} {refuse}",
            f"CREATE TRIGGER {table}_locked_delete BEFORE DELETE ON {table} WHEN {old} {refuse}",
            f"CREATE TRIGGER {table}_locked_update BEFORE UPDATE ON {table} "
            f"WHEN ({changed}) AND (({old}) OR ({new})) {refuse}",
        ],
        "down": [f"DROP TRIGGER {table}_locked_{act}" for act in ("insert", "delete", "update")],
    }


def postgresql(table):
    old, new = IN_BOOKS.format(row="OLD"), IN_BOOKS.format(row="NEW")
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in COLUMNS)
    refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'"
    body = (
        f"BEGIN "
        f"IF TG_OP = 'INSERT' THEN IF {new} THEN {refuse}; END IF; RETURN NEW; END IF; "
        f"IF TG_OP = 'DELETE' THEN IF {old} THEN {refuse}; END IF; RETURN OLD; END IF; "
        f"IF ({changed}) AND (({old}) OR ({new})) THEN {refuse}; END IF; RETURN NEW; END"
    )
    return {
        "up": [
            f"CREATE FUNCTION {table}_locked_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"CREATE TRIGGER {table}_locked BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_locked_refuse()",
        ],
        "down": [f"DROP TRIGGER {table}_locked ON {table}", f"DROP FUNCTION {table}_locked_refuse()"],
    }


def run(direction):
    def execute(apps, schema_editor):
        made = sqlite if schema_editor.connection.vendor == "sqlite" else postgresql
        for table in TABLES:
            for statement in made(table)[direction]:
                schema_editor.execute(statement, params=None)

    return execute


def third_person(name):
    unless = models.Q(county_verified_by__isnull=True) | ~models.Q(county_verified_by=models.F("verified_by"))
    claimed = models.Q(claimed_by__isnull=True) | ~models.Q(claimed_by=models.F("verified_by"))
    return models.CheckConstraint(condition=models.Q(verified_by__isnull=True) | (claimed & unless), name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0006_unlock_reason_length"),
        ("projects", "0003_follow_visits_and_acceptance"),
    ]
    operations = [
        migrations.AddField(
            model_name="fundentry",
            name="voucher_freed",
            field=models.BooleanField(default=False, verbose_name="凭证可再用"),
        ),
        migrations.AddConstraint(
            model_name="fundentry",
            constraint=models.UniqueConstraint(
                fields=["voucher_kind", "voucher_number"],
                condition=models.Q(reverses__isnull=True, voucher_freed=False) & ~models.Q(voucher_number=""),
                name="fund_voucher_number_once",
            ),
        ),
        migrations.AddConstraint("fundentry", third_person("fund_city_verifier_is_a_third")),
        migrations.AddConstraint(
            model_name="investmententry",
            constraint=models.CheckConstraint(
                condition=models.Q(amount__gt=0) | models.Q(reverses__isnull=False),
                name="investment_negative_only_reverses",
            ),
        ),
        migrations.AddConstraint("investmententry", third_person("investment_city_verifier_is_a_third")),
        migrations.RunPython(run("up"), run("down")),
    ]
