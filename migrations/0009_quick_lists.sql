-- Lists, searches and counts that read a page of rows where there are a hundred thousand.

-- Not strict, though null is null here too: what is strict is called for each row, and this is written into what calls it.
create or replace function folded(text) returns text language sql immutable parallel safe
  return case when octet_length($1) = length($1) then lower($1) else replace(replace(replace(replace(lower(translate(
    regexp_replace(normalize($1, nfkd), '[\u0300-\u036f]', '', 'g'),
    'ØøŁłĐđÐðĦħŦŧŊŋıẞÆŒÞ’‘ʼʻ', 'OoLlDdDdHhTtNnißæœþ''''''''')), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') end;

-- Searching a hundred thousand names for a part of one: an index of their trigrams. A trusted extension of PostgreSQL's own.
create extension if not exists pg_trgm;

-- What is searched: folded, and each word behind a space.
create function searchable(text) returns text language sql immutable parallel safe
  return ' ' || translate(folded($1), '-', ' ');

-- The pattern of all that begins with a text: its own signs mean nothing there.
create function beginning(text) returns text language sql immutable strict parallel safe
  return regexp_replace($1, '([\\%_])', '\\\1', 'g') || '%';

-- What a search looks for, one pattern a word, the longest first: anywhere from three letters on, which is what the index
-- knows; shorter ones at the beginning of a word.
create function sought(text) returns text[] language sql immutable strict parallel safe
  return array(select case when length(word) < 3 then '% ' else '%' end || beginning(word)
                 from string_to_table(searchable($1), ' ') as word where word <> '' order by length(word) desc, word);

-- A pattern for each word of a search that begins a part of what is searched: of whose name most are true are found first.
create function beginnings(text) returns text[] language sql immutable strict parallel safe
  return array(select '% ' || beginning(word) from string_to_table(searchable($1), ' ') as word where word <> '');

-- What lists are ordered by, and what is searched: an index of trigrams has each row that it finds compared once more, and
-- to fold a name anew takes twenty times as long as to read it.
alter table person
  add column name_key text collate "C" not null generated always as (folded(name)) stored,
  add column words text not null generated always as (searchable(name || ' ' || email || ' ' || title)) stored,
  add column listed_words text generated always as (case when listed then searchable(
    name || ' ' || title || ' ' || about || case when email_listed then ' ' || email else '' end) end) stored;
alter table registration
  add column name_key text collate "C" not null generated always as (folded(name)) stored,
  add column words text not null generated always as (searchable(name || ' ' || title || ' ' || district_name)) stored;
create index membership_joined on membership (joined_year, person_id);
create index district_by_state on district (state);
create index district_by_name on district (folded(name) collate "C", name, id);
create index school_by_name on school (folded(name) collate "C", name, id);
create index district_by_words on district using gin (searchable(name) gin_trgm_ops);
create index school_by_words on school using gin (searchable(name) gin_trgm_ops);
-- Whoever writes tidies up after a few hundred rows, which takes milliseconds; after the usual 4 MB it would take a fifth of a second.
drop index person_by_name;
create index person_by_name on person (name_key, name, id);
create index person_by_words on person using gin (words gin_trgm_ops) with (gin_pending_list_limit = 256);
create index person_in_directory on person using gin (listed_words gin_trgm_ops) with (gin_pending_list_limit = 256);
create index person_listed on person (name_key, name, id) where listed;
create index person_listed_by_id on person (id) where listed;  -- how many of a cohort are, without reading a person
create index registration_by_name on registration (convening_id, name_key, name, id);
create index registration_by_words on registration using gin (words gin_trgm_ops) with (gin_pending_list_limit = 256);
create index registration_needs on registration (convening_id, state) where access_needs <> '';
create index registration_food on registration (convening_id) where dietary <> '';
create index event_failed on event (kind) where failed_at is not null;
create index delivery_kind on delivery (kind, created_at, id);

-- What of a delivery's state its indexes know: on its way from `queued` to the server nothing of that changes, and so a change
-- of its state writes the row alone, on the same page.
create function stage_of(state text) returns text language sql immutable strict parallel safe
  return case when state in ('queued', 'sending', 'handover') then 'open' else state end;
drop index delivery_owed, delivery_at_work, delivery_waiting, delivery_unknown, delivery_state;
alter table delivery add column stage text not null generated always as (stage_of(state)) stored, set (fillfactor = 50);
create index delivery_owed on delivery (bulk, next_at) where stage = 'open';
create index delivery_waiting on delivery (waiting_since) where stage = 'open' and waiting_since is not null;
create index delivery_stage on delivery (stage, created_at, id);
create index delivery_asks on delivery (convening_id, stage) where stage in ('open', 'unknown', 'dead');
create index delivery_by_address on delivery using gin (lower(recipient) gin_trgm_ops) with (gin_pending_list_limit = 256);
create index delivery_says on delivery (finished_at) where message <> '{}'::jsonb;
create index delivery_erased on delivery (id) where recipient like 'erased:%';
create index suppression_newest on suppression (created_at, address_key);
create index suppression_by_address on suppression using gin (address_key gin_trgm_ops);
create index opt_out_newest on opt_out (created_at, address_key, stream);
create index opt_out_by_address on opt_out using gin (address_key gin_trgm_ops);
create index inbound_stopped on inbound_mail (address, received_at) where outcome = 'stopped';
create index scan_adult on scan (convening_id) where adult <> '';
create index audit_entry_convening on audit_entry ((detail ->> 'convening')) where detail ? 'convening';

-- What part somebody has in the network: a row for each.
create view person_part with (security_invoker = true) as
  select person_id, 'member' as part from membership
   union all select person_id, 'coach' from coach
   union all select person_id, 'school_contact' from school_contact;

-- The contacts of schools in whose name a pattern is.
create function contacts_of(pattern text) returns setof uuid language sql stable begin atomic
  select k.person_id from school s join school_contact k on k.school_id = s.id where searchable(s.name) like pattern;
end;

-- What belongs to a convening, and its entries in the log with it.
create view belonging with (security_invoker = true) as
  select id, id as convening_id from convening
   union all select id, convening_id from registration
   union all select id, convening_id from invitation
   union all select id, convening_id from delivery;

-- What each entry is about, by today's names: what it is called, whose address that is, and which convening it belongs to.
create view audited with (security_invoker = true) as
  select a.id, q.email_key,
         coalesce(q.name, (select w.name from district w where w.id = a.thing_id),
                  (select w.name from merged_district m join district w on w.id = m.district_id where m.former_id = a.thing_id),
                  (select s.name from school s where s.id = a.thing_id),
                  (select s.name from merged_school m join school s on s.id = m.school_id where m.former_id = a.thing_id),
                  (select t.name from api_token t where t.id = a.thing_id)) as name,
         coalesce(r.convening_id::text, d.convening_id::text, i.convening_id::text, a.detail ->> 'convening',
                  case a.thing_kind when 'convening' then a.thing_id::text end) as convening_id
    from audit_entry a left join registration r on a.thing_kind = 'registration' and r.id = a.thing_id
    left join delivery d on a.thing_kind = 'delivery' and d.id = a.thing_id
    left join invitation i on a.thing_kind = 'invitation' and i.id = a.thing_id
    left join merged_person h on h.former_id = a.thing_id
    left join person q on q.id = coalesce(r.person_id, d.person_id, i.person_id, h.person_id,
                                          case a.thing_kind when 'person' then a.thing_id end);

grant select, insert, update, delete on person_part, belonging, audited to plenary_app;

alter table invitation add column answer text not null default 'silent'
  check (answer in ('silent', 'registered', 'waits', 'declined', 'ended'));
update invitation i set answer = a.answer from invitation_answer a where a.id = i.id and a.answer <> i.answer;
create index invitation_by_answer on invitation (convening_id, answer, created_at, id) where not own;

-- Lists and counts read the answer from the invitation itself. One function on both tables, whose rows name a convening and a
-- person, so that nothing that changes an answer can forget it.
create function keep_answer() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and (old.convening_id, old.person_id) <> (new.convening_id, new.person_id)) then
    update invitation i set answer = a.answer from invitation_answer a
     where i.convening_id = old.convening_id and i.person_id = old.person_id and a.id = i.id and a.answer <> i.answer;
  end if;
  if tg_op <> 'DELETE' then
    update invitation i set answer = a.answer from invitation_answer a
     where i.convening_id = new.convening_id and i.person_id = new.person_id and a.id = i.id and a.answer <> i.answer;
  end if;
  return null;
end $$;
create trigger keep_answer_of_registration after delete or update of convening_id, person_id, state, changed_at
  on registration for each row execute function keep_answer();

-- The same once for all who register together: each is looked up by themselves.
create function keep_answers_of_new() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  update invitation i set answer = a.answer
    from new_rows n cross join lateral (
           select id, answer from invitation_answer where convening_id = n.convening_id and person_id = n.person_id offset 0) a
   where i.id = a.id and a.answer <> i.answer;
  return null;
end $$;
create trigger keep_answers_of_new_registrations after insert on registration
  referencing new table as new_rows for each statement execute function keep_answers_of_new();
create trigger keep_answer_of_invitation after insert or update of convening_id, person_id, mailed_at, declined_at, ended_at
  on invitation for each row execute function keep_answer();

-- The same, with each looked up by themselves: planned for a small table, it would go along all badges.
create or replace function give_badges() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into badge (code, registration_id)
  select new_badge_code(), n.id from new_rows n
    left join lateral (select registration_id from badge where registration_id = n.id offset 0) b on true
   where n.state = 'confirmed' and b.registration_id is null;
  return null;
end $$;
