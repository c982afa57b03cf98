-- Files of districts, schools and people are read and taken in by workers; files that waited for a look are chosen again.
drop table staged_import;

create index district_named on district (lower(name));
create index school_named on school (lower(name));

-- A file of districts, schools or people that an organizer brings. A worker reads it and says what would become of each row;
-- nothing is written before its organizer says so, and then batch after batch, each with the position in one transaction.
create table import_file (
  id             uuid primary key,
  person_id      uuid not null references person on delete cascade,  -- whose it is
  kind           text not null check (kind in ('districts', 'schools', 'people')),
  file_name      text not null,
  state          text not null check (state in (
    'arriving',                                    -- its pieces come in; left alone for an hour it goes
    'reading',                                     -- a worker looks at each row, or will soon
    'held',                                        -- what would become of each row is known; it waits for a word, for a day
    'taking',                                      -- a worker takes it in, or will soon
    'done',                                        -- all of it that could be taken is
    'cancelled',                                   -- what is behind `position` was not taken in
    'unusable')),                                  -- `reason` says why; nothing of it was taken in
  reason         text not null default '',
  read_as        text not null default '',         -- how it was understood, in words: encoding and separator, or the sheet
  left_alone     text[] not null default '{}',     -- names of columns that are none of ours
  percent        int not null default 0 check (percent between 0 and 100),  -- how much of the file is read
  total          int,                              -- rows with something in them; null until it is read whole
  position       int not null default 0,           -- the last row, as a spreadsheet counts, that is read, or taken in
  done           int not null default 0,           -- how many rows are read, or taken in
  to_take        int not null default 0,           -- how many there are to be taken in
  new_rows       int not null default 0,
  changed_rows   int not null default 0,
  unchanged_rows int not null default 0,
  refused_rows   int not null default 0,
  attempt        int not null default 0,           -- how often a worker began without getting any further
  next_at        timestamptz not null,
  lease_token    uuid,
  lease_until    timestamptz,                      -- a worker has it in its hands until then
  created_at     timestamptz not null,
  held_at        timestamptz,                      -- when it could be looked at
  ended_at       timestamptz,
  constraint import_leased_by_somebody check ((lease_token is null) = (lease_until is null)),
  constraint unusable_for_a_reason check (state <> 'unusable' or reason <> ''),
  constraint import_ends check ((ended_at is not null) = (state in ('done', 'cancelled', 'unusable')))
);
create index import_file_listed on import_file (person_id, created_at, id);
create index import_file_due on import_file (next_at, id) where state in ('reading', 'taking');
create index import_file_age on import_file (created_at);

-- The file as it came, until it is read.
create table import_piece (
  import_id uuid not null references import_file on delete cascade,
  number    int not null,
  content   bytea not null,
  primary key (import_id, number)
);

-- Rows that would be written, as they were read and with a mark of what was shown of each, until they are.
create table import_batch (
  import_id   uuid not null references import_file on delete cascade,
  last_number int not null,                        -- of its last row
  rows        jsonb not null,
  primary key (import_id, last_number)
);

-- What would become of each row; once it is taken in, what became of it.
create table import_row (
  import_id   uuid not null references import_file on delete cascade,
  number      int not null,                        -- as a spreadsheet counts: the names of the columns are a row too
  kind        text not null check (kind in (
    'new',
    'changed',
    'unchanged',
    'refused')),                                   -- `sentences` say why
  name        text not null,
  subject     text not null,                       -- a person's mail address, a district's or school's short code
  differences jsonb not null default '[]',         -- what is to be different, in words
  sentences   text[] not null default '{}',
  needs       text,                                -- the import_key of another row that must be taken in as well
  primary key (import_id, number)
);
create index import_row_kinds on import_row (import_id, kind, number);
create index import_row_needs on import_row (import_id, needs) where needs is not null;
create index import_row_waits on import_row (needs) where needs is not null;  -- without the import, as import_key_row

-- What each row of a file is about, so that nothing stands in it twice, until the file has ended.
create table import_key (
  import_id uuid not null references import_file on delete cascade,
  key       text not null,
  number    int not null,                          -- of the row
  primary key (import_id, key)
);
create index import_key_row on import_key (number);  -- without the import: it can never stand in for the key's own index

grant select, insert, update, delete on import_file, import_piece, import_batch, import_row, import_key to plenary_app;

alter table heartbeat drop constraint heartbeat_duty_check;
alter table heartbeat add constraint heartbeat_duty_check check (duty in (
    'relay',
    'schedule',
    'printer',
    'inbox',
    'webhooks',
    'importer'));
