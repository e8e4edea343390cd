"""Where projects of the capital region come from: the districts of 北京 and 天津, the prefectures of 河北."""

from common.loading import shipped

DISTRICTS = {province: tuple(names) for province, names in shipped("origins.json").items()}
