-- The book of parcels that their recipients refused is led by this, whatever else was wrong with parcels in five years.
CREATE INDEX parcel_problems_refused ON parcel_problems (opened_on, id)
    WHERE kind = 'refused' AND resolution <> 'by_mistake';
