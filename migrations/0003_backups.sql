-- Backups that know themselves, and what follows from a restored one waits where it may have been sent before.
-- Where this database is at home. One that was restored or copied must not work before that was reckoned with.
create table home (
  place text primary key
);

-- Each backup, written down just before it is made: so a backup knows itself, and which keys its values need.
create table backup (
  made_at     timestamptz primary key,
  keys_mark   text not null,
  finished_at timestamptz
);

-- What was restored here. Until `doubt_until` the installation that the backup is of may have gone on: what follows from an earlier
-- moment may have been mailed already, so it waits for a person.
create table restoration (
  restored_at   timestamptz primary key,
  backup_at     timestamptz not null,
  doubt_until   timestamptz,
  position_from bigint not null,
  settled_at    timestamptz,
  check (doubt_until >= backup_at)
);

create function doubt_what_a_backup_owed() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from restoration r where r.doubt_until >=
               coalesce((select e.created_at from event e where e.id = new.event_id), new.created_at)) then
    new.state := 'unknown';
    new.doubtful := true;
    new.finished_at := new.created_at;
    new.error := 'A backup was restored: this may have been sent before.';
  end if;
  return new;
end $$;
create trigger a_backup_may_have_sent_it before insert on delivery
  for each row when (new.state = 'queued') execute function doubt_what_a_backup_owed();

grant select on home, backup, restoration to plenary_app;
grant update (settled_at) on restoration to plenary_app;
