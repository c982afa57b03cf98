-- What has had its time can go for adults too: tombstones of people, the audit log's end, and which tables were cleared.

alter table retention_run add column cleared jsonb not null default '{}', add column ended_at timestamptz;
update retention_run set ended_at = started_at;

alter table day_fact set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);

create index delivery_person on delivery (person_id, created_at, id) where person_id is not null;

drop trigger audit_entry_only_grows on audit_entry;
create trigger audit_entry_only_grows before update or truncate on audit_entry
  for each statement execute function refuse_change();
create trigger audit_entry_goes_in_time before delete on audit_entry
  for each statement when (current_setting('plenary.forgetting', true) is distinct from 'audit_entry')
  execute function refuse_change();

-- A tombstone of an adult, ordered by an organizer. The person's row stays as an id that others' records point to, without a
-- name or an address, as long as anything points to it; so there is no reference.
create table person_erasure (
  id            uuid primary key,
  person_id     uuid not null unique,
  ordered_by    uuid,                              -- the organizer; null: a program with the environment's own token
  ordered_at    timestamptz not null,
  done_at       timestamptz,                       -- null: mails that take entries out of their calendar are still on their way
  what          text[] not null default '{}',      -- the kinds of data that went
  address_marks bytea[] not null default '{}'      -- of their addresses, keyed with our secret: who brings one back is told so
);
create index person_erasure_open on person_erasure (ordered_at) where done_at is null;
create index person_erasure_marks on person_erasure using gin (address_marks);
create function refuse_a_second_time() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.done_at is not null or (new.id, new.person_id, new.ordered_by, new.ordered_at)
     is distinct from (old.id, old.person_id, old.ordered_by, old.ordered_at) then
    raise exception '% is done once', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger person_erasure_is_done_once before update on person_erasure
  for each row execute function refuse_a_second_time();
create trigger person_erasure_stays before delete or truncate on person_erasure
  for each statement execute function refuse_change();

-- Certificates of somebody whose erasure is ordered: those of attendance alone, which no law asks anybody to keep.
create function forget_certificates(who uuid) returns setof uuid language sql security definer
  set search_path = pg_catalog, public, pg_temp as $$
  delete from certificate c using registration r
   where r.id = c.registration_id and r.person_id = who and c.profile = 'generic_certificate'
     and exists (select from person_erasure e where e.person_id = who)
  returning c.id $$;
revoke execute on function forget_certificates from public;

-- The one way in which an entry of the audit log goes: so many of the oldest, from before then, while no legal hold runs.
create function forget_audit(before timestamptz, most int) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare gone bigint;
begin
  perform set_config('plenary.forgetting', 'audit_entry', true);
  delete from audit_entry where id in (
    select a.id from audit_entry a where a.at < before and not exists (select from legal_hold l where l.ended_at is null)
     order by a.at, a.id limit most);
  get diagnostics gone = row_count;
  perform set_config('plenary.forgetting', '', true);
  return gone;
end $$;
revoke execute on function forget_audit from public;

-- Somebody of whom we know nothing but a name and an address, which a stranger may have typed: no part in the network, no role, no
-- registration or invitation, no mail that is still listed, nothing that they did or an organizer did about them. Also what is left
-- of a person who was erased.
create view unknown_person with (security_invoker = true) as
  select p.id, p.created_at from person p
   where p.code is null and p.district_id is null and p.time_zone is null and not p.listed
     and p.pronouns || p.dietary || p.access_needs || p.badge_name || p.about = ''
     and not exists (select from membership m where m.person_id = p.id offset 0)
     and not exists (select from coach c where c.person_id = p.id offset 0)
     and not exists (select from school_contact k where k.person_id = p.id offset 0)
     and not exists (select from role_grant g where g.person_id = p.id offset 0)
     and not exists (select from api_token t where t.created_by = p.id offset 0)
     and not exists (select from web_session w where w.person_id = p.id offset 0)
     and not exists (select from sign_in i where i.person_id = p.id offset 0)
     and not exists (select from invitation i where i.person_id = p.id offset 0)
     and not exists (select from registration r where r.person_id = p.id offset 0)
     and not exists (select from delivery d where d.person_id = p.id offset 0)
     and not exists (select from survey_invitation v where v.person_id = p.id offset 0)
     and not exists (select from answer_review w where w.first_by = p.id offset 0)
     and not exists (select from answer_review w where w.second_by = p.id offset 0)
     and not exists (select from named_quote q where q.shown_by = p.id offset 0)
     and not exists (select from commitment m where m.person_id = p.id offset 0)
     and not exists (select from panel n where n.moderator_id = p.id offset 0)
     and not exists (select from audit_entry a where a.person_id = p.id offset 0)
     and not exists (select from audit_entry a where a.thing_id = p.id offset 0)
     and not exists (select from merged_person m join audit_entry a on a.person_id = m.former_id where m.person_id = p.id offset 0)
     and not exists (select from merged_person m where m.merged_by = p.id offset 0)
     and not exists (select from merged_district m where m.merged_by = p.id offset 0)
     and not exists (select from merged_school m where m.merged_by = p.id offset 0)
     and not exists (select from told_apart t where t.told_by = p.id offset 0)
     and not exists (select from coach_slot s where s.coach_id = p.id offset 0)
     and not exists (select from coach_booking b where b.member_id = p.id offset 0)
     and not exists (select from coach_note n where n.coach_id = p.id offset 0)
     and not exists (select from coach_note n where n.member_id = p.id offset 0)
     and not exists (select from bulk_message b where b.written_by = p.id offset 0)
     and not exists (select from bulk_recipient b where b.person_id = p.id offset 0)
     and not exists (select from import_file f where f.person_id = p.id offset 0)
     and not exists (select from material m where m.created_by = p.id offset 0)
     and not exists (select from material_notice n where n.made_by = p.id offset 0);

grant select, insert on person_erasure to plenary_app;
grant select, insert, update, delete on unknown_person to plenary_app;
grant update (done_at, what, address_marks) on person_erasure to plenary_app;
grant update (reason) on attendance_correction to plenary_app;
grant execute on function forget_certificates, forget_audit to plenary_app;

do $$ begin
  if current_setting('server_version_num')::int >= 170000 then
    execute 'grant maintain on all tables in schema public to plenary_app';
  end if;
end $$;

alter table survey_invitation add column generation int not null default 0;
create function end_survey_links() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  update survey_invitation set generation = generation + 1 where person_id = new.id;
  return null;
end $$;
create trigger person_address_ends_survey_links after update of email on person for each row
  when (lower(new.email) <> lower(old.email)) execute function end_survey_links();

alter table student_request add column consent_id uuid;
drop index student_request_open;
create unique index student_request_open on student_request (signup_id, consent_id, kind) nulls not distinct where done_at is null;

-- Whoever signs as who they are says anew whom to call and who may collect: what an unknown holder of a slip wrote does not stay.
create or replace function forget_facts_without_a_yes() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.joins is false or new.state in ('refused', 'withdrawn', 'expired') then
    delete from day_fact where consent_id = new.id;
  elsif old.state = 'signed_unverified' and (new.state = 'superseded'
      or new.state in ('signed', 'signed_paper') and new.signed_at is distinct from old.signed_at) then
    delete from day_fact where consent_id = new.id and field in ('reach', 'emergency', 'collectors');
  end if;
  return null;
end $$;

alter table heartbeat drop constraint heartbeat_duty_check;
alter table heartbeat add constraint heartbeat_duty_check check (duty in (
    'relay',
    'schedule',
    'printer',
    'inbox',
    'webhooks',
    'importer',
    'keeper'));
