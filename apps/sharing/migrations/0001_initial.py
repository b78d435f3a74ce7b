import apps.core.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('agreements', '0001_initial'),
        ('evidence', '0001_initial'),
        ('redaction', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='UTC.', verbose_name='created at')),
                ('request_key', models.UUIDField(blank=True, editable=False, null=True, unique=True, verbose_name='request key')),
                ('code', models.CharField(help_text='Short code that people can say.', max_length=12, unique=True, verbose_name='code')),
                ('later_items', models.BooleanField(default=False, help_text='A live folder: what is accepted later in the case is given.', verbose_name='later videos too')),
                ('downloads', models.BooleanField(default=False, help_text='Not only watched.', verbose_name='may be saved')),
                ('originals', models.BooleanField(default=False, help_text='With sound, as their owners sent them.', verbose_name='originals')),
                ('recipient', apps.core.fields.EncryptedTextField(blank=True, help_text='Of an office; empty for an agency.', verbose_name='person')),
                ('address', apps.core.fields.EncryptedTextField(blank=True, help_text='Where link and code go; empty for an agency.', verbose_name='e-mail')),
                ('link_ends_at', models.DateTimeField(blank=True, help_text='UTC. Empty for an agency, which needs no link.', null=True, verbose_name='link ends')),
                ('reason', apps.core.fields.EncryptedTextField(verbose_name='what for')),
                ('ends_at', models.DateTimeField(help_text='UTC. At this instant it is over.', verbose_name='ends')),
                ('revoked_at', models.DateTimeField(blank=True, help_text='UTC.', null=True, verbose_name='revoked at')),
                ('revoke_reason', apps.core.fields.EncryptedTextField(blank=True, verbose_name='why it was revoked')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='agency')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.agreement', verbose_name='agreement')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.case', verbose_name='case')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='given by')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by')),
            ],
            options={
                'verbose_name': 'sharing grant',
                'verbose_name_plural': 'sharing grants',
            },
        ),
        migrations.CreateModel(
            name='GrantItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField(help_text='UTC.', verbose_name='given at')),
                ('redaction', models.ForeignKey(blank=True, help_text='Its copy is given, and nothing else of the video. Empty: the video is.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='redaction.redaction', verbose_name='redaction')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='sharing.grant', verbose_name='grant')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.evidenceitem', verbose_name='item')),
            ],
            options={
                'verbose_name': 'item of a grant',
            },
        ),
        migrations.CreateModel(
            name='CourtStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='UTC.', verbose_name='created at')),
                ('request_key', models.UUIDField(blank=True, editable=False, null=True, unique=True, verbose_name='request key')),
                ('state', models.CharField(choices=[('filed', 'charges were filed'), ('not_filed', 'no charges were filed'), ('trial', 'a trial is set'), ('plea', 'it ended with a plea'), ('verdict', 'it ended with a verdict'), ('dismissed', 'the charges were dismissed')], max_length=10, verbose_name='state in court')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='court_statuses', to='sharing.grant', verbose_name='grant')),
            ],
            options={
                'verbose_name': 'status in court',
            },
        ),
        migrations.CreateModel(
            name='PassedOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='UTC.', verbose_name='created at')),
                ('request_key', models.UUIDField(blank=True, editable=False, null=True, unique=True, verbose_name='request key')),
                ('whom', apps.core.fields.EncryptedTextField(verbose_name='to whom')),
                ('reason', apps.core.fields.EncryptedTextField(verbose_name='what for')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.grant', verbose_name='grant')),
                ('item', models.ForeignKey(blank=True, help_text='Empty: all that was shared.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.evidenceitem', verbose_name='item')),
            ],
            options={
                'verbose_name': 'secondary dissemination',
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='UTC.', verbose_name='created at')),
                ('session', models.CharField(help_text="Fingerprint of the browser's session.", max_length=32, verbose_name='session')),
                ('code_digest', models.CharField(help_text='A keyed digest of it.', max_length=64, verbose_name='code')),
                ('code_ends_at', models.DateTimeField(help_text='UTC.', verbose_name='code ends')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('proved_at', models.DateTimeField(blank=True, help_text='UTC.', null=True, verbose_name='proved at')),
                ('ends_at', models.DateTimeField(help_text='UTC.', verbose_name='ends')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.grant', verbose_name='grant')),
            ],
            options={
                'verbose_name': 'visit',
            },
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['agency', 'created_at'], name='grant_agency_newest'),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['case'], name='grant_case'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('originals', False), ('downloads', True), _connector='OR'), name='grant_originals_are_saved'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='grant_revoked_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='grantitem',
            constraint=models.UniqueConstraint(fields=('grant', 'item'), name='grant_item_once'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['grant', 'session'], name='visit_grant_session'),
        ),
    ]
