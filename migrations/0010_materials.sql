-- Materials of convenings and sessions: files in pieces, links, who is told of them; mails about them can be stopped.

-- Slides, handouts, recordings and links of a convening, or of one of its sessions. From when somebody sees one follows from the
-- convening's times; whether one that shows students may be seen follows from today's answers. Neither is stored.
create table material (
  id           uuid primary key,
  convening_id uuid not null references convening on delete cascade,
  session_id   uuid references session on delete set null,  -- null: of the whole convening
  kind         text not null check (kind in ('file', 'link')),
  title        text not null check (title <> ''),
  description  text not null default '',
  language     text not null default '',           -- a tag like "es"; empty: nobody said
  audience     text not null check (audience in (
    'organizers',                                  -- who organizes the convening, or moderates the session
    'seats',                                       -- and whoever has a seat
    'network',                                     -- and members, coaches and school contacts
    'public')),                                    -- everybody, on the convening's page
  chosen_only  boolean not null default false,     -- of those with a seat only who chose or attended the session
  shared       text not null check (shared in (
    'now',                                         -- as soon as the convening is published
    'day',                                         -- from the day on: of the session, else the first of the convening
    'after',                                       -- once the convening is over
    'moment')),                                    -- from shared_at on
  shared_at    timestamptz,
  ordinal      int not null,                       -- the order among those of the same session, or of the whole convening
  url          text not null default '',           -- of a link: https, on another host
  file_id      uuid unique,                        -- of the chunks; another one with each version; null: a link, or no file yet
  file_name    text not null default '',
  media_type   text not null default '',           -- what the file was found to be
  size         bigint not null default 0,          -- bytes
  sha256       bytea,
  media_id     uuid references media_item on delete cascade,  -- students are in it, as recorded there; null: somebody said none is
  created_by   uuid references person on delete set null,
  created_at   timestamptz not null,
  changed_at   timestamptz not null,               -- when the file or the address was put there last
  constraint link_has_an_address check ((kind = 'link') = (url <> '')),
  constraint file_is_whole check (num_nulls(file_id, sha256) in (0, 2) and (kind = 'file' or file_id is null)
                                  and (file_id is null) = (file_name = '')),
  constraint moment_is_said check ((shared = 'moment') = (shared_at is not null))
);
create index material_convening on material (convening_id, ordinal);
create index material_session on material (session_id);
create index material_media on material (media_id);
create index material_created_by on material (created_by);

-- The bytes of a file, in pieces of 256 KiB, so that nobody ever holds the whole of it. They are stored as they are: what is
-- uploaded is compressed already.
create table material_chunk (
  file_id     uuid not null,
  ordinal     int not null,
  content     bytea not null check (octet_length(content) between 1 and 262144),
  material_id uuid not null references material on delete cascade,
  primary key (file_id, ordinal)
);
create index material_chunk_material on material_chunk (material_id);
alter table material_chunk alter column content set storage external;

-- That everybody with a seat is told that materials are there.
create table material_notice (
  id           uuid primary key,
  convening_id uuid not null references convening on delete cascade,
  how          text not null check (how in (
    'asked',                                       -- an organizer wanted it
    'clock',                                       -- by itself, once, after the convening
    'never')),                                     -- an organizer does not want it to go by itself
  made_by      uuid references person on delete set null,
  created_at   timestamptz not null
);
create index material_notice_convening on material_notice (convening_id, created_at);
create index material_notice_made_by on material_notice (made_by);
create unique index material_notice_by_itself on material_notice (convening_id) where how <> 'asked';

alter table opt_out drop constraint opt_out_stream_check;
alter table opt_out add constraint opt_out_stream_check
  check (stream in ('invitations', 'reminders', 'surveys', 'reports', 'messages', 'materials'));

grant select, insert, update, delete on material, material_chunk, material_notice to plenary_app;
