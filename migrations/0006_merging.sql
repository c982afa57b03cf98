-- People who are in the network twice become one, and what carries the former id finds them.

alter table former_address add column merged boolean not null default false;
create index former_address_merged on former_address (lower(email)) where merged;

-- Who was in the network twice, and is one person now: what still carries the former id means the one who stayed.
create table merged_person (
  former_id uuid primary key,                      -- no reference: the row is gone
  person_id uuid not null references person on delete cascade,
  merged_by uuid references person on delete set null,
  merged_at timestamptz not null
);
create index merged_person_person on merged_person (person_id);
create index merged_person_merged_by on merged_person (merged_by);

-- Two who look alike, and of whom an organizer said that they are two.
create table told_apart (
  one_id   uuid not null references person on delete cascade,
  other_id uuid not null references person on delete cascade,
  told_by  uuid references person on delete set null,
  told_at  timestamptz not null,
  primary key (one_id, other_id),
  constraint each_pair_once check (one_id < other_id)
);
create index told_apart_other on told_apart (other_id);
create index told_apart_told_by on told_apart (told_by);

-- Who may be one person, as it was found; of whom it is still to be looked for. Whoever is new, or has another name, address or
-- district, is compared once, by and by: so a page needs to compare nobody with everybody.
create table likeness (
  one_id   uuid not null references person on delete cascade,
  other_id uuid not null references person on delete cascade,
  why      text not null check (why in (
    'district',                                    -- the same name in the same district
    'local',                                       -- the same name, and the same before the @
    'nowhere',                                     -- the same name, and no district tells them apart
    'spelling')),                                  -- names that differ little, and the same district or mail domain
  weight   double precision not null,              -- the likelier, the more
  primary key (one_id, other_id),
  constraint each_likeness_once check (one_id < other_id)
);
create index likeness_other on likeness (other_id);
create index likeness_first on likeness (weight desc, one_id, other_id);
create table likeness_due (
  person_id uuid primary key references person on delete cascade
);
create function look_for_likeness_of_new() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into likeness_due select id from fresh on conflict do nothing;
  return null;
end $$;
create trigger new_people_are_compared after insert on person
  referencing new table as fresh for each statement execute function look_for_likeness_of_new();
create function look_for_likeness_again() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into likeness_due values (new.id) on conflict do nothing;
  return null;
end $$;
create trigger changed_people_are_compared after update on person
  for each row when ((old.name, old.email, old.district_id) is distinct from (new.name, new.email, new.district_id))
  execute function look_for_likeness_again();
insert into likeness_due select id from person;

-- Districts and schools that were there twice: what still carries the former id, its short code or a name that went means the one that
-- stayed. The names and where they were count for files that are brought again; "before" is what the one that stayed had until then.
create table merged_district (
  former_id    uuid primary key,                   -- no reference: the row is gone
  district_id  uuid not null references district on delete cascade,
  code         text not null unique,               -- nobody else's from now on
  name         text not null,
  state        text not null,
  name_before  text not null,
  state_before text not null,
  merged_by    uuid references person on delete set null,
  merged_at    timestamptz not null
);
create index merged_district_district on merged_district (district_id);
create index merged_district_merged_by on merged_district (merged_by);
create index merged_district_named on merged_district (lower(name));
create index merged_district_named_before on merged_district (lower(name_before));
create table merged_school (
  former_id       uuid primary key,                -- no reference: the row is gone
  school_id       uuid not null references school on delete cascade,
  code            text not null unique,            -- nobody else's from now on
  name            text not null,
  district_id     uuid references district on delete set null,
  name_before     text not null,
  district_before uuid references district on delete set null,
  merged_by       uuid references person on delete set null,
  merged_at       timestamptz not null
);
create index merged_school_school on merged_school (school_id);
create index merged_school_district on merged_school (district_id);
create index merged_school_district_before on merged_school (district_before);
create index merged_school_merged_by on merged_school (merged_by);
create index merged_school_named on merged_school (lower(name));
create index merged_school_named_before on merged_school (lower(name_before));

-- Whose address it is: who has it, or whose second entry had it.
create function person_of_address(address text) returns uuid language sql stable
  set search_path = pg_catalog, public, pg_temp as $$
  select coalesce((select p.id from person p where p.email_key = lower(address)),
                  (select f.person_id from former_address f where f.merged and lower(f.email) = lower(address)
                    order by f.changed_at desc, f.id limit 1))
$$;

-- What a second entry of a person did and has, where nothing of the kind can stand twice: it is the first one's from now on. With its
-- owner's rights, since of what only grows (scans, corrections, answers' sources) it says anew whose it is, and nothing else.
create function follow_merge(former uuid) returns void language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare
  kept uuid;
begin
  select m.person_id into strict kept from merged_person m where m.former_id = former;
  update merged_person set person_id = kept where person_id = former;
  update merged_person set merged_by = kept where merged_by = former;
  update merged_district set merged_by = kept where merged_by = former;
  update merged_school set merged_by = kept where merged_by = former;
  update told_apart set told_by = kept where told_by = former;
  update former_address set person_id = kept where person_id = former;
  update import_file set person_id = kept where person_id = former;
  update sign_in set person_id = kept where person_id = former;
  update api_token set created_by = kept where created_by = former;
  update role_grant set granted_by = kept where granted_by = former;
  update registration set person_id = kept where person_id = former;
  update registration_note set person_id = kept where person_id = former;
  update panel set moderator_id = kept where moderator_id = former;
  update signup set created_by = kept where created_by = former;
  update interpreter_request set done_by = kept where done_by = former;
  update signup_extension set person_id = kept where person_id = former;
  update glass_break set person_id = kept where person_id = former;
  update scan set person_id = kept where person_id = former;
  update scan_undo set person_id = kept where person_id = former;
  update attendance_correction set person_id = kept where person_id = former;
  update media_item set created_by = kept where created_by = former;
  update media_student set down_by = kept where down_by = former;
  update student_request set done_by = kept where done_by = former;
  update legal_hold set begun_by = kept where begun_by = former;
  update legal_hold set ended_by = kept where ended_by = former;
  update answer_source o set invitation_id = k.id from survey_invitation f
    join survey_invitation k on k.survey_id = f.survey_id and k.person_id = kept
   where f.person_id = former and o.invitation_id = f.id;
  update answer_review set first_by = case first_by when former then kept else first_by end,
                           second_by = case when former in (first_by, second_by) and kept in (first_by, second_by) then null
                                            when second_by = former then kept else second_by end
   where former in (first_by, second_by);          -- what one person read twice waits for a second one again
  update named_quote set shown_by = kept where shown_by = former;
  update inbound_mail set seen_by = kept where seen_by = former;
  update webhook set kept_by = kept where kept_by = former;
  update material set created_by = kept where created_by = former;
  update material_notice set made_by = kept where made_by = former;
end $$;
revoke execute on function follow_merge from public;

grant select, insert, update, delete on merged_person, told_apart, likeness, likeness_due, merged_district, merged_school
  to plenary_app;
grant execute on function follow_merge to plenary_app;
