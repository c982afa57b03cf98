-- Which migrations a database has had, where the first release kept the fingerprint of one file.
-- Older versions must not run after this.
do $$
begin
  if not exists (select from schema_mark where fingerprint = '423d002dc23af6b74d74ab38f68f7fb224f9c4262c4fe56d741bb08c15d53212') then
    raise 'the database was made before the first release. Run `make reset` to start anew (this deletes the demo data), or go back to the version that made it';
  end if;
end $$;
drop table schema_mark;

create table schema_migration (
  number       int primary key check (number > 0),
  name         text not null,
  checksum     text not null,
  breaks_older boolean not null,
  applied_at   timestamptz not null default now()
);
grant select on schema_migration to plenary_app;
