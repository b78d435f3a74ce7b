import apps.core.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('calls', '0001_initial'),
        ('ledger', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Purpose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='UTC.', verbose_name='created at')),
                ('kind', models.CharField(choices=[('case', 'a case'), ('call', 'an active call for service'), ('registration_review', 'review of a registration'), ('records_duty', 'a records duty'), ('grant', 'a sharing grant')], max_length=20, verbose_name='kind')),
                ('access', models.CharField(choices=[('partner_map', 'cameras on the partner map'), ('registrations', 'registrations under review'), ('owner_entry', 'cameras entered for their owners'), ('request_cameras', 'the cameras of a request'), ('footage', 'footage'), ('witness_contact', 'who gave a video'), ('shared_footage', 'footage that another agency shares'), ('records_search', 'a search for what a records request asks for')], help_text='Another kind of access asks again.', max_length=20, verbose_name='opens')),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calls.call', verbose_name='call for service')),
                ('camera', models.UUIDField(blank=True, help_text='Public id of the camera near which a reviewer looks.', null=True, verbose_name='registration')),
                ('grant', models.UUIDField(blank=True, help_text='Public id of the grant under which somebody looks.', null=True, verbose_name='sharing grant')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('ends_at', models.DateTimeField(help_text='UTC.', verbose_name='ends at')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='agency')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.case', verbose_name='case')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'purpose',
                'verbose_name_plural': 'purposes',
            },
        ),
        migrations.CreateModel(
            name='AccessEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(max_length=32, verbose_name='subject')),
                ('subject_id', models.UUIDField(verbose_name='subject id')),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry')),
                ('purpose', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.purpose')),
            ],
            options={
                'verbose_name': 'access',
                'verbose_name_plural': 'accesses',
            },
        ),
        migrations.AddConstraint(
            model_name='purpose',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'case'), _negated=True), ('case__isnull', False), _connector='OR'), name='purpose_case_has_case'),
        ),
        migrations.AddConstraint(
            model_name='purpose',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'grant'), _negated=True), ('grant__isnull', False), _connector='OR'), name='purpose_grant_has_grant'),
        ),
        migrations.AddConstraint(
            model_name='accessevent',
            constraint=models.UniqueConstraint(fields=('subject_kind', 'subject_id', 'entry'), name='access_event_once'),
        ),
        migrations.CreateModel(
            name='PlacesRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='UTC.', verbose_name='created at')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('state', models.CharField(choices=[('asked', 'waiting for a supervisor'), ('agreed', 'agreed'), ('refused', 'refused'), ('expired', 'expired')], default='asked', max_length=10, verbose_name='state')),
                ('ends_at', models.DateTimeField(help_text='UTC. Until then somebody may decide; once agreed, until then it opens places.', verbose_name='ends at')),
                ('decision_reason', models.CharField(blank=True, max_length=500, verbose_name="supervisor's words")),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='agency')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.case', verbose_name='case')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('decided_at', models.DateTimeField(blank=True, help_text='UTC.', null=True, verbose_name='decided at')),
            ],
            options={
                'verbose_name': 'request to see places',
                'verbose_name_plural': 'requests to see places',
            },
        ),
        migrations.AddConstraint(
            model_name='purpose',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('access', 'partner_map'), ('kind', 'call'), _negated=True), ('call__isnull', False), _connector='OR'), name='purpose_call_has_call'),
        ),
        migrations.AddIndex(
            model_name='placesrequest',
            index=models.Index(fields=['agency', 'state'], name='places_agency_state'),
        ),
        migrations.AddConstraint(
            model_name='placesrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('author', 'case'), name='places_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='placesrequest',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('author')), _negated=True), _connector='OR'), name='places_decided_by_another'),
        ),
        migrations.CreateModel(
            name='TellingDelay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='UTC.', verbose_name='created at')),
                ('reason', apps.core.fields.EncryptedTextField(verbose_name='reason')),
                ('ends_at', models.DateTimeField(help_text='UTC. Then owners read of every access since.', verbose_name='ends at')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='agency')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.case', verbose_name='case')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by')),
            ],
            options={
                'verbose_name': 'delay of telling owners',
                'verbose_name_plural': 'delays of telling owners',
                'indexes': [models.Index(fields=['case', 'ends_at'], name='delay_case_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('created_at'))), name='delay_forward')],
            },
        ),
    ]
